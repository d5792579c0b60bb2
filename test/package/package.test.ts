/**
 * The tarball that is published, installed by an application that has nothing else of this project:
 * it is complete, no heavier than it has to be, and typed under every way to resolve modules.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { describe, expect, test } from 'vitest'
import { withEmptyDatabase } from '../support/database/empty-database.js'
import { compile, ROOT, runIn, useInstalledPackage } from './installed-package.js'

const installed = useInstalledPackage()
/** A compiler takes minutes on a machine that has much else to do. */
const SLOW_TEST_MS = 600_000

describe('the tarball', () => {
  test('has what the package needs at run time, and what a reader looks for', () => {
    const wanted = ['README.md', 'LICENSE', 'CHANGELOG.md', 'docs/guide.md', 'dist/index.d.ts']
    expect(installed.files).toEqual(expect.arrayContaining(wanted))
    expect(installed.files.filter((path) => path.startsWith('migrations/')).length).toBeGreaterThan(
      3,
    )
  })

  test('has no trace of the build, and nothing that refers to sources which are not shipped', async () => {
    expect(installed.files.filter((path) => /tsbuildinfo|\.map$|\.tgz$|\.ts$/.test(path))).toEqual(
      installed.files.filter((path) => path.endsWith('.d.ts')),
    )
    for (const path of installed.files.filter((name) => name.endsWith('.js'))) {
      const text = await readFile(join(installed.folder, path), 'utf8')
      expect(text, path).not.toContain('sourceMappingURL')
    }
  })

  test('has nothing compiled whose source is gone, and no part of a program that none has', async () => {
    const isPart = (path: string) => path.startsWith('dist/programs/')
    const compiled = installed.files.filter((path) => /^dist\/(?!web\/|programs\/)/.test(path))
    const parts = installed.files.filter(isPart)
    expect(parts.length).toBeGreaterThan(10)
    const programs = [...parts, ...compiled.filter((path) => path.endsWith('.js'))]
    const texts = await Promise.all(
      programs.map((path) => readFile(join(installed.folder, path), 'utf8')),
    )
    const isKept = (path: string) => texts.some((text) => text.includes(`/${basename(path)}`))
    // The keeper is started by its path, which its launcher puts together.
    const entry = 'dist/programs/parts/keeper.js'
    expect(parts.filter((path) => path !== entry && !isKept(path))).toEqual([])
    const sourceOf = (path: string) =>
      path.replace(/^dist/, 'src').replace(/(\.d\.ts|\.js)$/, '.ts')
    expect(compiled.filter((path) => !existsSync(join(ROOT, sourceOf(path))))).toEqual([])
  })

  test('has the pages', () => {
    for (const name of ['shop', 'staff', 'lab']) {
      expect(installed.files).toContain(`dist/web/${name}/index.html`)
    }
  })

  test('gives publint nothing to complain of', async () => {
    const { messages, pkg } = await publint({
      pkgDir: installed.folder,
      pack: false,
      strict: true,
    })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test(
    'has types that every way to resolve modules finds, as arethetypeswrong sees it',
    async () => {
      const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js')
      // That a CommonJS module gets an ES module is meant so: see the test of `require`.
      const words = [attw, installed.tarball, '--format', 'table', '--no-color', '--no-emoji']
      const problems = await runIn(ROOT, [...words, '--ignore-rules', 'cjs-resolves-to-esm']).catch(
        (error: { stdout?: string }) => error.stdout ?? error,
      )
      expect(problems).toContain('No problems found')
    },
    SLOW_TEST_MS,
  )
})

describe('an application', () => {
  test(
    'in strict TypeScript books, holds, confirms and audits',
    () =>
      withEmptyDatabase(async (url) => {
        const options = {
          ...{ module: 'nodenext', lib: ['es2023'], skipLibCheck: false },
          ...{ outDir: 'out', rootDir: '.', listFiles: true },
        }
        const lines = (await compile(installed.app, ['book.ts', 'types.ts'], options)).split('\n')
        expect(lines.filter((line) => line !== '' && !/^\/.*\.m?ts$/.test(line))).toEqual([])
        // Its types alone would make every compilation of an application four times as long.
        expect(lines.filter((line) => line.includes('/typebox/'))).toEqual([])
        const output = await runIn(installed.app, ['out/book.js'], { DATABASE_URL: url })
        expect(JSON.parse(output)).toEqual({
          booked: 'done',
          confirmed: 'confirmed',
          late: 'insufficient_capacity',
          left: [0],
          audit: true,
        })
      }),
    SLOW_TEST_MS,
  )

  test.each([
    { module: 'esnext', moduleResolution: 'bundler' },
    { module: 'esnext', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
    { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
  ])(
    'is typed with $module and $moduleResolution',
    async (options) => {
      expect(await compile(installed.app, ['types.ts'], { ...options, noEmit: true })).toBe('')
    },
    SLOW_TEST_MS,
  )

  test('needs no OpenTelemetry, which none of the tests above has had', async () => {
    const found = runIn(installed.folder, [
      '-e',
      `import.meta.resolve('@opentelemetry/api')`,
      '--input-type=module',
    ])
    expect(
      await found.then(
        () => 'found',
        () => 'missing',
      ),
    ).toBe('missing')
  })

  test('in CommonJS requires the library, the client and the version', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    const output = await runIn(installed.app, ['require.cjs'])
    expect(JSON.parse(output)).toEqual({ name: 'holdfast', version, is: ['function', 'function'] })
  })
})
