/** Who uses the server together, and when it stops. */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { openEmbeddedPostgres } from '../../src/embedded/embedded.js'
import { later } from '../support/later.js'
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

test(
  'two processes at once share one server, and it stops only when the last leaves',
  async () => {
    const folder = await folderWithData()
    const first = await startUser(folder)
    const second = await startUser(folder)
    expect(second.url).toBe(first.url)

    await first.release()
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await serversOf(folder)).toHaveLength(1)

    await second.release()
    expect(await processesWith(folder), 'left running after the last user').toEqual([])
  },
  SLOW_TEST_MS,
)

test(
  'ten simultaneous first opens all succeed with one server',
  async () => {
    const folder = await temporaryFolder()
    const users = await Promise.all(Array.from({ length: 10 }, () => startUser(folder)))
    expect(new Set(users.map((user) => user.url)).size).toBe(1)
    expect(await serversOf(folder)).toHaveLength(1)
    await Promise.all(users.map((user) => user.release()))
    expect(await processesWith(folder)).toEqual([])
  },
  SLOW_TEST_MS,
)

test(
  'when its only user is killed, the server stops',
  async () => {
    const folder = await folderWithData()
    const user = await startUser(folder)
    await user.kill()
    await until(async () => (await processesWith(folder)).length === 0)
  },
  SLOW_TEST_MS,
)

test.skipIf(process.platform === 'win32')(
  'Ctrl-C in the command that started the server leaves it to the others (needs process groups)',
  async () => {
    const folder = await folderWithData()
    const first = await startUser(folder)
    const second = await startUser(folder)
    const ended = once(first.process, 'exit')
    process.kill(-(first.process.pid ?? 0), 'SIGINT')
    await ended
    process.kill((await keeperOf(folder)).pid, 'SIGHUP')
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.release()
    expect(await processesWith(folder)).toEqual([])
  },
  SLOW_TEST_MS,
)

test(
  'a program that forgets to release ends by itself, and so does the server',
  async () => {
    const folder = await folderWithData()
    const [code] = await once(launchUser(folder, 'forget'), 'exit')
    expect(code).toBe(0)
    await until(async () => (await processesWith(folder)).length === 0)
  },
  SLOW_TEST_MS,
)

test(
  'one process may open several times, and may release each share more than once',
  async () => {
    const folder = await folderWithData()
    const first = await openEmbeddedPostgres({ folder })
    const second = await openEmbeddedPostgres({ folder })
    await Promise.all([first.release(), first.release()])
    await first.release()
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await second.release()
    expect(await processesWith(folder)).toEqual([])
  },
  SLOW_TEST_MS,
)

test(
  'who opens while the last user leaves gets a server that works',
  async () => {
    const folder = await folderWithData()
    let current = await openEmbeddedPostgres({ folder })
    for (let round = 0; round < 5; round++) {
      const leaving = later(current.release())
      current = await openEmbeddedPostgres({ folder })
      await leaving
      expect(await query(current.url, 'select 1 as one')).toEqual([{ one: 1 }])
      expect(await serversOf(folder)).toHaveLength(1)
    }
    await current.release()
  },
  SLOW_TEST_MS,
)
