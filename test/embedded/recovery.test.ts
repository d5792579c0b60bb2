/** Kills at bad moments: the next open must find a server that works and every committed row. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, cp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEmbeddedPostgres } from '../../src/embedded/embedded.js'
import {
  keeperOf,
  launchUser,
  processesWith,
  query,
  SLOW_TEST_MS,
  serversOf,
  startUser,
  temporaryFolder,
  until,
  useData,
} from './fixture.js'

const folderWithData = useData()

/** Beyond what any system gives to a process. */
const NO_PROCESS = 2 ** 30

const write = (url: string) => query(url, 'create table kept as select 42 as answer')

/** Opens, finds the row, and finds nothing running after the release. */
async function expectRecovered(folder: string) {
  const postgres = await openEmbeddedPostgres({ folder })
  expect(await query(postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  expect(await serversOf(folder)).toHaveLength(1)
  await postgres.release()
  expect(await processesWith(folder)).toEqual([])
}

test(
  'after the keeper was killed, the next open replaces its orphaned server',
  async () => {
    const folder = await folderWithData()
    const user = await startUser(folder)
    await write(user.url)
    const [orphan] = await serversOf(folder)
    process.kill((await keeperOf(folder)).pid, 'SIGKILL')
    await expectRecovered(folder)
    expect(await processesWith(folder)).not.toContain(orphan)
    await user.release()
  },
  SLOW_TEST_MS,
)

test(
  'after PostgreSQL was killed, its keeper ends and the next open recovers the data',
  async () => {
    const folder = await folderWithData()
    const user = await startUser(folder)
    await write(user.url)
    killAll(await serversOf(folder))
    await expectRecovered(folder)
    await user.release()
  },
  SLOW_TEST_MS,
)

test(
  'a server that takes up connections and resets them, as a dying one does, is not handed out',
  async () => {
    const folder = await folderWithData()
    const first = await openEmbeddedPostgres({ folder })
    await write(first.url)
    const record = await keeperOf(folder)
    await first.release()

    let asked = 0
    const dying = await listening((socket) => {
      asked += 1
      socket.once('data', () => socket.resetAndDestroy())
    })
    // A keeper that has not missed its server yet; it does as soon as somebody was sent there.
    const keeper = await listening((socket) => {
      if (asked > 0) socket.destroy()
      const url = `postgresql://holdfast@127.0.0.1:${dying.port}/holdfast`
      for (const word of [{ say: 'here' }, { say: 'ready', url }]) {
        socket.write(`${JSON.stringify(word)}\n`)
      }
      socket.once('close', () => keeper.close())
    })
    const file = join(folder, 'postgres', 'keeper.json')
    await writeFile(file, JSON.stringify({ ...record, port: keeper.port, pid: NO_PROCESS }))
    await expectRecovered(folder)
    expect(asked).toBe(1)
    dying.close()
  },
  SLOW_TEST_MS,
)

test(
  'after both were killed, the next open recovers the data',
  async () => {
    const folder = await folderWithData()
    const user = await startUser(folder)
    await write(user.url)
    process.kill((await keeperOf(folder)).pid, 'SIGKILL')
    killAll(await serversOf(folder))
    await expectRecovered(folder)
    await user.release()
  },
  SLOW_TEST_MS,
)

test(
  'a first start that is killed leaves nothing half-made',
  async () => {
    const folder = await temporaryFolder()
    const home = join(folder, 'postgres')
    const drafts = async () => {
      const names = await readdir(home).catch(() => [])
      return names.filter((name) => name.startsWith('data.'))
    }
    launchUser(folder)
    await until(async () => (await drafts()).length > 0)
    for (const pid of await processesWith(folder)) process.kill(pid, 'SIGKILL')
    const postgres = await openEmbeddedPostgres({ folder })
    expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await drafts()).toEqual([])
    await postgres.release()
  },
  SLOW_TEST_MS,
)

test.skipIf(process.platform === 'win32')(
  'a lock whose process id is that of another program by now does not stop a start (needs uids)',
  async () => {
    const folder = await folderWithData()
    const user = await startUser(folder)
    await write(user.url)
    const data = join(folder, 'postgres', 'data')
    const lock = join(data, 'postmaster.pid')
    const lines = (await readFile(lock, 'utf8')).split('\n')
    await user.release()

    // Of the same account: PostgreSQL itself sees through an id that is somebody else's.
    const { uid, gid } = await stat(data)
    const stranger = spawn('sleep', ['1000'], { uid, gid, cwd: '/' })
    await once(stranger, 'spawn')
    try {
      await writeFile(lock, [`${stranger.pid}`, ...lines.slice(1)].join('\n'))
      await chown(lock, uid, gid)
      await expectRecovered(folder)
      expect(stranger.exitCode, 'a stranger was stopped').toBe(null)
      expect(stranger.signalCode, 'a stranger was stopped').toBe(null)
    } finally {
      stranger.kill()
    }
  },
  SLOW_TEST_MS,
)

test(
  'a record of a keeper elsewhere is respected while it is touched, and no longer',
  async () => {
    const folder = await folderWithData()
    const home = join(folder, 'postgres')
    const user = await startUser(folder)
    await write(user.url)
    const record = await keeperOf(folder)
    await user.release()

    const file = join(home, 'keeper.json')
    await writeFile(file, JSON.stringify({ ...record, host: 'elsewhere' }))
    const touching = setInterval(() => void utimes(file, new Date(), new Date()), 100)
    await expect(openEmbeddedPostgres({ folder })).rejects.toThrow(
      /in another container \(elsewhere\)/,
    )
    clearInterval(touching)
    await expectRecovered(folder)
  },
  SLOW_TEST_MS,
)

test(
  'the record of a copied folder does not lead to the original',
  async () => {
    const folder = await folderWithData()
    const copy = await temporaryFolder()
    const original = await openEmbeddedPostgres({ folder })
    await cp(join(folder, 'postgres', 'keeper.json'), join(copy, 'postgres', 'keeper.json'))
    const other = await openEmbeddedPostgres({ folder: copy })
    expect(other.url).not.toBe(original.url)
    await original.release()
    await other.release()
  },
  SLOW_TEST_MS,
)

/** A port of 127.0.0.1 where somebody waits. */
async function listening(welcome: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    welcome(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

/** A backend may be gone already, with the server that was killed before it. */
function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}
