/**
 * The package as its users get it: packed, unpacked in an application's `node_modules`, beside its
 * declared dependencies and no others. Those are linked to the ones that are installed here, so that
 * nothing is fetched.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll } from 'vitest'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const APP = fileURLToPath(new URL('./app/', import.meta.url))
const execute = promisify(execFile)

export interface InstalledPackage {
  /** The application's folder, in which the files of `app/` lie. */
  readonly app: string
  /** Where the package was unpacked to. */
  readonly folder: string
  readonly tarball: string
  /** Paths within the package. */
  readonly files: readonly string[]
}

/** Call at the top of a test file; the object is filled in before the first test. */
export function useInstalledPackage(): InstalledPackage {
  const installed = { app: '', folder: '', tarball: '', files: [] as string[] }

  beforeAll(async () => {
    const app = await realpath(await mkdtemp(join(tmpdir(), 'holdfast-package-')))
    const modules = join(app, 'node_modules')
    const folder = join(modules, 'holdfast')
    await cp(APP, app, { recursive: true })
    await writeFile(join(app, 'package.json'), '{"name":"an-application","type":"module"}')
    await mkdir(folder, { recursive: true })
    // Scripts would build dist/ anew while other tests run from it.
    const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', app]
    const { stdout } = await execute('npm', words, { cwd: ROOT })
    const [packed] = JSON.parse(stdout)
    const tarball = join(app, packed.filename)
    await execute('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1'])
    const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    for (const name of [...Object.keys(dependencies), '@types/node']) {
      await mkdir(dirname(join(modules, name)), { recursive: true })
      await symlink(join(ROOT, 'node_modules', name), join(modules, name))
    }
    const files = packed.files.map((file: { path: string }) => file.path)
    Object.assign(installed, { app, folder, tarball, files })
  })
  afterAll(() => rm(installed.app, { recursive: true, force: true }))
  return installed
}

/** The output of a Node program in the application's folder. */
export async function runIn(
  app: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { PATH, HOME } = process.env
  const { stdout } = await execute(process.execPath, words, {
    cwd: app,
    env: { PATH, HOME, ...env },
  })
  return stdout
}

/**
 * Compiles files of the application in a strict project. With `skipLibCheck: false` every declaration
 * is checked as well, those of the dependencies too, which takes several times as long.
 *
 * @returns what the compiler complains of; empty when all is well
 */
export async function compile(
  app: string,
  files: readonly string[],
  compilerOptions: Readonly<Record<string, unknown>>,
): Promise<string> {
  const strict = { strict: true, noImplicitAny: true, skipLibCheck: true, types: ['node'] }
  const lib = ['es2023', 'dom', 'dom.iterable']
  const config = {
    compilerOptions: { target: 'es2023', lib, ...strict, ...compilerOptions },
    files,
  }
  await writeFile(join(app, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  return runIn(app, [tsc, '-p', 'tsconfig.json']).catch((error: { stdout?: string }) => {
    if (error.stdout === undefined) throw error
    return error.stdout
  })
}
