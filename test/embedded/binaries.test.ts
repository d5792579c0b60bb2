/** The programs: none for this platform, not whole, read-only, out of reach. */
import { execFile } from 'node:child_process'
import { chmod, cp, lstat, mkdir, readdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { findPackage, prepareBinaries } from '../../src/embedded/binaries.js'
import { dataFolder, prepareCluster, readPassword } from '../../src/embedded/cluster.js'
import { openEmbeddedPostgres } from '../../src/embedded/embedded.js'
import { mendLibraryLinks } from '../../src/embedded/library-links.js'
import { serverAccount } from '../../src/embedded/run-as.js'
import { startServer } from '../../src/embedded/server.js'
import { processesWith, query, SLOW_TEST_MS, serversOf, temporaryFolder } from './fixture.js'

const isRoot = process.getuid?.() === 0
const NOBODY = 65_534

test.each([
  [{ platform: 'linux', arch: 'riscv64', musl: false }, 'linux-riscv64,'],
  [{ platform: 'linux', arch: 'x64', musl: true }, 'linux-x64 with musl (Alpine),'],
  [{ platform: 'freebsd', arch: 'x64', musl: false }, 'freebsd-x64,'],
])('a platform without a package is told what there is: %o', async (host, named) => {
  await expect(findPackage(host)).rejects.toMatchObject({
    code: 'embedded_unavailable',
    message: expect.stringMatching(
      /^There is no embedded PostgreSQL for .* only for linux-x64, .*Set DATABASE_URL/,
    ),
  })
  await expect(findPackage(host)).rejects.toThrow(named)
})

test(
  'missing library links are mended in place, by several processes at once',
  async () => {
    const packageFolder = await packageWithoutLinks(await temporaryFolder())
    const folder = await temporaryFolder()
    const spare = join(folder, 'spare')
    const mending = Array.from({ length: 8 }, () => mendLibraryLinks(packageFolder, spare))
    expect(await Promise.all(mending)).toEqual(Array(8).fill([]))
    await expect(stat(spare)).rejects.toMatchObject({ code: 'ENOENT' })
    for (const link of await listedLinks(packageFolder)) {
      expect((await lstat(join(packageFolder, link))).isSymbolicLink(), link).toBe(true)
    }

    const postgres = await openEmbeddedPostgres({ folder }, { packageFolder })
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await postgres.release()
  },
  SLOW_TEST_MS,
)

test(
  'in a read-only package the links go to the home, and the server finds them',
  async () => {
    const packageFolder = await packageWithoutLinks(await temporaryFolder())
    const home = await temporaryFolder()
    await chmod(home, 0o777)
    await chmod(join(packageFolder, 'native', 'lib'), 0o555)
    const onProgress = () => {}
    // Root may write anywhere, so for root it is another account that finds the package read-only.
    if (isRoot) process.seteuid?.(NOBODY)
    const binaries = await prepareBinaries({
      packageFolder,
      home,
      systemFolder: home,
      account: undefined,
      onProgress,
    }).finally(() => isRoot && process.seteuid?.(0))
    await chmod(home, 0o755)
    const lib = join(packageFolder, 'native', 'lib')
    expect((await readdir(lib)).filter((name) => name.endsWith('.so.60'))).toEqual([])
    if (process.platform === 'linux') {
      expect(binaries.environment['LD_LIBRARY_PATH']?.split(':')[1]).toBe(lib)
    }

    const data = dataFolder(home)
    const account = await serverAccount(data)
    await prepareCluster({ home, binaries, account, fresh: false, onProgress })
    const place = { binaries, account, data, log: join(home, 'postgres.log') }
    const server = await startServer(place, {}, async () => {})
    const url = `postgresql://holdfast:${await readPassword(home)}@127.0.0.1:${server.port}/holdfast`
    expect(await query(url, 'create extension btree_gist')).toEqual([])
    await server.stop()
    expect(await processesWith(home)).toEqual([])
    await chmod(lib, 0o755)
  },
  SLOW_TEST_MS,
)

test.skipIf(!isRoot)(
  'a project that only root can enter works, and keeps its mode (needs root to make one)',
  async () => {
    const project = await temporaryFolder()
    const systemFolder = join(await temporaryFolder(), 'system')
    const packageFolder = await packageWithoutLinks(project)
    await chmod(project, 0o700)
    const folder = join(project, '.holdfast')
    const lines: string[] = []
    const open = () =>
      openEmbeddedPostgres(
        { folder, onProgress: (line) => lines.push(line) },
        { packageFolder, systemFolder },
      )

    const first = await open()
    const away = await realpath(join(folder, 'postgres'))
    expect(away.startsWith(join(systemFolder, 'data-'))).toBe(true)
    expect(lines[0]).toContain(`cannot enter ${project}: its data is kept in ${away}`)
    expect(lines[1]).toMatch(/^Copying PostgreSQL to .*postgresql-[\d.]+/)
    await query(first.url, 'create table kept as select 42 as answer')
    const [server = 0] = await processesWith(join(away, 'data'))
    if (process.platform === 'linux') {
      const status = await readFile(`/proc/${server}/status`, 'utf8')
      expect(status).not.toMatch(/^Uid:\s+0\s/m)
      expect(status, "root's other groups reach the server").toMatch(/^Groups:\s*$/m)
    }
    await first.release()

    lines.length = 0
    const second = await open()
    expect(lines, 'the second start has nothing to tell').toEqual([])
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    await second.release()
    expect((await stat(project)).mode & 0o777).toBe(0o700)
    expect(await serversOf(folder)).toEqual([])
    expect((await readdir(systemFolder)).filter((name) => name.includes('.new-'))).toEqual([])
  },
  SLOW_TEST_MS,
)

async function packageWithoutLinks(folder: string): Promise<string> {
  const source = await findPackage()
  const target = join(folder, 'package')
  await mkdir(target)
  await cp(source, target, { recursive: true, verbatimSymlinks: true })
  for (const link of await listedLinks(target)) await rm(join(target, link), { force: true })
  const { stdout, stderr } = await promisify(execFile)(join(target, 'native/bin/initdb'), [
    '--version',
  ]).catch((error) => error)
  expect(`${stdout}${stderr}`, 'the copy should be broken').toMatch(/shared librar|not loaded/i)
  return target
}

async function listedLinks(packageFolder: string): Promise<string[]> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8')
  return JSON.parse(list).map((link: { target: string }) => link.target)
}
