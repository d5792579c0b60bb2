/** `holdfast serve --workers` when workers are killed, or cannot start. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { later } from '../../support/later.js'
import { childrenOf, gone, run } from '../../support/process/command.js'
import { until } from '../../support/until.js'
import { messagesOf, TEST_MS, useSales } from './sales.js'
import { logOf, START_MS, startWorkers, stop, workersOf } from './serving.js'

vi.setConfig({ testTimeout: TEST_MS })

const { held, closing, givenSale } = useSales()

const CRASHING = fileURLToPath(
  new URL('../../support/process/crashing-worker.mjs', import.meta.url),
)

/** A file that, while it is there, keeps every worker from coming up; and the environment for it. */
async function givenCrashFile() {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-'))
  closing.push({ close: () => void rm(folder, { recursive: true }) })
  const file = join(folder, 'crash')
  const env = {
    NODE_OPTIONS: `--import=${pathToFileURL(CRASHING).href}`,
    TEST_CRASHES_WHILE: file,
  }
  return { env, crash: () => writeFile(file, ''), mend: () => rm(file) }
}

describe('a worker that is killed', () => {
  test('is replaced, and the others serve meanwhile', async () => {
    const { caller, path, body } = await givenSale()
    const serving = await startWorkers(held.url, 2)
    const before = workersOf(serving)
    const victim = before.get(1) ?? 0
    process.kill(victim, 'SIGKILL')
    await gone([victim])
    const fresh = caller(serving, false)
    const ask = () => fresh.post(path, body, newId()).then((answer) => answer.status)
    // A connection may still have been handed to it; whoever made that one is told by its end.
    const told = await Promise.all(Array.from({ length: 5 }, () => ask().catch(() => 'cut off')))
    expect(told.filter((status) => status === 201).length).toBeGreaterThanOrEqual(4)
    await until('it is replaced', () => workersOf(serving).get(1) !== victim, START_MS)
    expect(workersOf(serving).get(2)).toBe(before.get(2))
    expect(messagesOf(serving)).toContain(
      'a worker is gone and will be replaced: it was ended by SIGKILL',
    )
    expect(await stop(serving)).toBe(0)
  })

  test('leaves no client waiting that it was handed and never took up', async () => {
    const serving = await startWorkers(held.url, 2)
    const victim = workersOf(serving).get(1) ?? 0
    process.kill(victim, 'SIGSTOP')
    const { caller } = await givenSale()
    const fresh = caller(serving, false)
    const told: (number | string)[] = []
    const asked = later(
      Array.from({ length: 6 }, () =>
        fresh.get('/healthz').then(
          ({ status }) => told.push(status),
          (error: Error) => told.push(error.message),
        ),
      ),
    )
    await until('the others are answered', () => told.length === 5)
    process.kill(victim, 'SIGKILL')
    await Promise.all(asked)
    expect(told).toEqual([200, 200, 200, 200, 200, expect.stringMatching(/ECONNRESET|hang up/)])
    expect(await stop(serving)).toBe(0)
  })

  test('or told to end by itself, answers what is under way, and is replaced', async () => {
    const serving = await startWorkers(held.url, 2)
    const before = workersOf(serving)
    process.kill(before.get(2) ?? 0, 'SIGTERM')
    await until('it is replaced', () => workersOf(serving).get(2) !== before.get(2), START_MS)
    expect(messagesOf(serving)).toContain(
      'a worker is gone and will be replaced: it ended with status 0',
    )
    expect(await stop(serving)).toBe(0)
  })

  test('with its primary leaves nobody behind', async () => {
    const serving = await startWorkers(held.url, 2)
    const pids = [...workersOf(serving).values()]
    serving.command.kill('SIGKILL')
    await serving.command.ended
    await gone(pids)
  })

  test('again and again is replaced after pauses that grow', async () => {
    const serving = await startWorkers(held.url, 2)
    for (let i = 0; i < 4; i += 1) {
      const pid = workersOf(serving).get(1) ?? 0
      process.kill(pid, 'SIGKILL')
      await until('it is replaced', () => workersOf(serving).get(1) !== pid, START_MS)
    }
    const pauses = logOf(serving.command).flatMap(({ pauseMs }) => pauseMs ?? [])
    expect(pauses).toEqual([0, 200, 400, 800])
    expect(await stop(serving)).toBe(0)
  })
})

describe('workers that cannot start', () => {
  test('end the service with status 1, when none ever comes up', async () => {
    const { env, crash } = await givenCrashFile()
    await crash()
    const ended = await run(['serve', '--workers', '2'], {
      DATABASE_URL: held.url,
      PORT: '0',
      ...env,
    })
    expect(ended.status).toBe(1)
    const log = logOf(ended)
    expect(log.map(({ msg }) => msg)).toContain('a worker did not come up: it ended with status 7')
    expect(log.at(-1)).toMatchObject({
      level: 60,
      msg: 'no worker comes up: gave up after 6 attempts',
    })
  })

  test('replace nobody in a restart, which is given up', async () => {
    const { env, crash, mend } = await givenCrashFile()
    const serving = await startWorkers(held.url, 2, env)
    const before = workersOf(serving)
    await crash()
    serving.command.kill('SIGHUP')
    const given = 'the restart was given up: the running workers go on'
    await until('it gives up', () => messagesOf(serving).includes(given), START_MS)
    expect(childrenOf(serving.command.pid).sort()).toEqual([...before.values()].sort())
    expect((await fetch(`${serving.address}/readyz`)).status).toBe(200)
    await mend()
    serving.command.kill('SIGHUP')
    const isNew = ([worker, pid]: [number, number]) => before.get(worker) !== pid
    await until('the next one goes well', () => [...workersOf(serving)].every(isNew), START_MS)
    expect(await stop(serving)).toBe(0)
  })
})
