/** `holdfast serve --workers`: several processes behind one port, as one service. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { connectionsOf } from '../../../src/cli/serving/shares.js'
import { newId } from '../../../src/domain/ids.js'
import { withClient, withEmptyDatabase } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { type EventSource, openEvents } from '../../support/http/event-source.js'
import { givenKey } from '../../support/http/service.js'
import { later } from '../../support/later.js'
import { childrenOf, gone, run, start } from '../../support/process/command.js'
import { AVAILABLE, HOTELS } from '../../support/stock/evento.js'
import { givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'
import { type Answered, type Caller, callerOf } from './caller.js'
import { logOf, type Serving, START_MS, startWorkers, stop, workersOf } from './serving.js'

const held = useDatabase()
const closing: { close(): void }[] = []
afterEach(() => {
  for (const each of closing.splice(0)) each.close()
})

// Most of it is processes that start.
vi.setConfig({ testTimeout: 240_000 })

const CRASHING = fileURLToPath(
  new URL('../../support/process/crashing-worker.mjs', import.meta.url),
)

/** A listing with one large pool, and what a seller of it needs. */
async function givenSale() {
  const { listingId, poolIds } = await givenPools(held.db, 1_000_000)
  const key = await givenKey(held.db, 'seller', listingId)
  const body = { customer: 'ada', lines: [{ pool_id: poolIds[0], quantity: 1 }] }
  const path = `/v1/listings/${listingId}/reservations`
  const caller = ({ address }: Serving, keepAlive: boolean): Caller => {
    const made = callerOf(address, key, keepAlive)
    closing.push(made)
    return made
  }
  return { listingId, key, body, path, caller }
}

/** The workers whose /metrics count answers to this route, with how many. */
async function answersByWorker(caller: Caller, route: string): Promise<Map<string, number>> {
  const { text } = await caller.get('/metrics')
  const counts = new Map<string, number>()
  for (const line of text.split('\n')) {
    if (!line.startsWith('holdfast_http_request_duration_seconds_count{')) continue
    if (!line.includes(`route="${route}"`)) continue
    const worker = /worker="(\d+)"/.exec(line)?.[1] ?? ''
    counts.set(worker, (counts.get(worker) ?? 0) + Number(line.split(' ').at(-1)))
  }
  return counts
}

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

const messagesOf = ({ command }: Serving) => logOf(command).map(({ msg }) => String(msg))

describe('several workers', () => {
  test('answer on one port, and whichever is asked has the figures of all', async () => {
    const { caller } = await givenSale()
    const serving = await startWorkers(held.url, 3)
    const fresh = caller(serving, false)
    for (let i = 0; i < 12; i += 1) expect((await fresh.get('/healthz')).status).toBe(200)
    const counts = await answersByWorker(fresh, '/healthz')
    expect([...counts.keys()].sort()).toEqual(['1', '2', '3'])
    expect([...counts.values()].reduce((sum, n) => sum + n)).toBe(12)
    const { text } = await fresh.get('/metrics')
    const lines = text.split('\n')
    const series = lines.filter((line) => line !== '' && !line.startsWith('#'))
    expect(series.length).toBe(new Set(series.map((line) => line.replace(/ \S+$/, ''))).size)
    const kinds = lines.filter((line) => line.startsWith('# TYPE '))
    expect(new Set(kinds).size, 'a metric is introduced twice').toBe(kinds.length)
    expect(await stop(serving)).toBe(0)
  })

  test('tell a page that stays open of every change, whichever of them it came to', async () => {
    const { listingId, key, body, path, caller } = await givenSale()
    const serving = await startWorkers(held.url, 3)
    const streams: EventSource[] = []
    for (let i = 0; i < 6; i += 1) {
      const url = `${serving.address}/v1/listings/${listingId}/live`
      const stream = await openEvents(url, key)
      closing.push(stream)
      streams.push(stream)
      await stream.next(({ event }) => event === 'snapshot')
    }
    const fresh = caller(serving, false)
    const { text } = await fresh.get('/metrics')
    const open = text.match(/^holdfast_live_streams\{worker="\d"\} [1-9]/gm)
    expect(open?.length, 'the streams are spread over the workers').toBe(3)
    expect((await fresh.post(path, body, newId())).status).toBe(201)
    for (const stream of streams) {
      const change = await stream.next(({ event }) => event === 'change')
      expect(change.data.pools).toEqual([expect.objectContaining({ taken: 1 })])
    }
    await stop(serving)
  })

  test('put the demo on sale once', async () => {
    await withEmptyDatabase(async (databaseUrl) => {
      const command = start(['serve', '--demo', '--workers', '3'], {
        DATABASE_URL: databaseUrl,
        PORT: '0',
      })
      const look = await until(
        'it says what to try',
        () => {
          if (!command.running) throw new Error(`it ended too soon: ${command.stderr}`)
          return /curl (http:\S+)/.exec(command.stderr)?.[1]
        },
        START_MS,
      )
      expect(look).toMatch(new RegExp(`${AVAILABLE}$`))
      const left = await (await fetch(look)).json()
      expect(left).toEqual(HOTELS.map((hotel_id) => ({ hotel_id, available: 200 })))
      command.kill('SIGTERM')
      const { status, stderr } = await command.ended
      expect([status, stderr.match(/is serving the demo/g)?.length]).toEqual([0, 1])
    })
  })

  test('share the connections to the database between them', () => {
    const shares = (total: number, workers: number) =>
      Array.from({ length: workers }, (_, i) => connectionsOf(total, i + 1, workers))
    expect(shares(12, 4)).toEqual([3, 3, 3, 3])
    expect(shares(14, 4)).toEqual([4, 4, 3, 3])
    expect(shares(4, 1)).toEqual([4])
    // One alone could not answer anybody while it waits for a lock.
    expect(shares(4, 4)).toEqual([2, 2, 2, 2])
  })
})

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
    const given = 'the restart is given up: the workers that there are go on'
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

/** Clients, with and without connections that stay open, and a load balancer, while `work` runs. */
async function underLoad(
  { caller, path, body }: Awaited<ReturnType<typeof givenSale>>,
  serving: Serving,
  work: () => Promise<void>,
) {
  let over = false
  let acknowledged = 0
  const lost: unknown[] = []
  const asking = async (ask: () => Promise<Answered>, wanted: number) => {
    while (!over) {
      await pause(10)
      const status = await ask().then(
        (answer) => answer.status,
        (error: unknown) => String(error),
      )
      if (status !== wanted) lost.push(status)
      if (status === 201) acknowledged += 1
    }
  }
  const client = (keepAlive: boolean) => {
    const mine = caller(serving, keepAlive)
    return asking(() => mine.post(path, body, newId()), 201)
  }
  const balancer = caller(serving, true)
  const load = later([
    asking(() => balancer.get('/readyz'), 200),
    ...Array.from({ length: 6 }, () => client(true)),
    ...Array.from({ length: 2 }, () => client(false)),
  ])
  await until('there is load', () => acknowledged > 50)
  await work()
  over = true
  await Promise.all(load)
  return lost
}

describe('under load', () => {
  test('SIGHUP replaces every worker; nobody loses a request, and it is ready all the time', async () => {
    const serving = await startWorkers(held.url, 3)
    const before = workersOf(serving)
    const left: number[] = []
    const lost = await underLoad(await givenSale(), serving, async () => {
      serving.command.kill('SIGHUP')
      for (const [worker, pid] of before) {
        await until(
          `worker ${worker} was replaced`,
          () => {
            left.push(childrenOf(serving.command.pid).length)
            return workersOf(serving).get(worker) !== pid
          },
          START_MS,
        )
      }
      await until('the last one has retired', () => messagesOf(serving).includes('restarted'))
    })
    expect(lost).toEqual([])
    expect(Math.min(...left), 'never fewer than there were').toBeGreaterThanOrEqual(3)
    const after = workersOf(serving)
    expect(await stop(serving)).toBe(0)
    await gone([...before.values(), ...after.values()])
  })

  test('workers that are replaced by force lose requests, and are caught', async () => {
    const serving = await startWorkers(held.url, 2)
    const lost = await underLoad(await givenSale(), serving, async () => {
      for (const [worker, pid] of workersOf(serving)) {
        process.kill(pid, 'SIGKILL')
        await until('it is back', () => workersOf(serving).get(worker) !== pid, START_MS)
      }
    })
    expect(lost).not.toEqual([])
    expect(await stop(serving)).toBe(0)
  })
})

describe('SIGTERM', () => {
  test('lets every worker answer what is under way; /readyz says so, and nothing is left behind', async () => {
    const { caller, path, body, listingId } = await givenSale()
    const serving = await startWorkers(held.url, 3, { HOLDFAST_DRAIN_DELAY_MS: '3000' })
    const pids = [...workersOf(serving).values()]
    const acknowledged: string[] = []
    const load = later(
      Array.from({ length: 9 }, async () => {
        const mine = caller(serving, true)
        for (;;) {
          try {
            const { status, text } = await mine.post(path, body, newId())
            expect(status).toBe(201)
            acknowledged.push(JSON.parse(text).id)
          } catch (error) {
            // Nobody listens any more, or the connection was made and never taken up.
            return expect(String(error)).toMatch(/ECONNREFUSED|ECONNRESET|socket hang up/)
          }
        }
      }),
    )
    await until('there is load', () => acknowledged.length > 50)
    serving.command.kill('SIGTERM')
    const fresh = caller(serving, false)
    const seen = new Set<number>()
    await until('no worker is ready', async () => {
      const looks = await Promise.all(
        Array.from({ length: 6 }, () =>
          fresh.get('/readyz').then(
            ({ status }) => status,
            () => 0,
          ),
        ),
      )
      for (const status of looks) seen.add(status)
      return looks.every((status) => status !== 200)
    })
    expect(seen).toContain(503)
    expect((await serving.command.ended).status).toBe(0)
    await Promise.all(load)
    await gone(pids)
    const rows = await held.db.query<{ id: string }>(
      'select reservation_id as id from reservations where listing_id = $1',
      [listingId],
    )
    const there = new Set(rows.map(({ id }) => id))
    expect(acknowledged.filter((id) => !there.has(id))).toEqual([])
  })

  test('and Ctrl-C, which reaches every process, are one and the same', async () => {
    const serving = await startWorkers(held.url, 2)
    const pids = [...workersOf(serving).values()]
    serving.command.killGroup('SIGINT')
    expect((await serving.command.ended).status).toBe(0)
    await gone(pids)
  })

  test('while workers are still starting ends them as well', async () => {
    const command = start(['serve', '--workers', '3'], { DATABASE_URL: held.url, PORT: '0' })
    await until('workers are forked', () => childrenOf(command.pid).length === 3, START_MS)
    const pids = childrenOf(command.pid)
    command.kill('SIGTERM')
    expect((await command.ended).status).toBe(0)
    await gone(pids)
  })

  test('a second time ends at once what is still under way', async () => {
    const { caller, path, body } = await givenSale()
    // Whoever waits for a lock waits for as long as it takes.
    const serving = await startWorkers(held.url, 2, { HOLDFAST_SESSION_SETTINGS: 'off' })
    const pids = [...workersOf(serving).values()]
    await withClient(held.url, async (holder) => {
      await holder.query('begin')
      await holder.query('lock table pools in exclusive mode')
      const stuck = caller(serving, true).post(path, body, newId())
      const told = stuck.then(
        ({ status }) => status,
        () => 'cut off',
      )
      await until('it waits for the lock', async () => {
        const waiting = await held.db.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return waiting.length > 0
      })
      serving.command.kill('SIGTERM')
      await until('a worker drains', () => messagesOf(serving).includes('draining'))
      serving.command.kill('SIGTERM')
      expect(await told).toBe('cut off')
    })
    expect((await serving.command.ended).status).toBe(1)
    await gone(pids)
  })
})

describe('a mistake', () => {
  test.each(['0', '-1', '1.5', 'two', '257', ''])('in --workers is told: %j', async (workers) => {
    const { status, stderr } = await run(['serve', '--workers', workers])
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('Allowed: a whole number from 1 to 256.'),
    ])
  })

  test('a port that is in use is told before anybody is forked', async () => {
    const serving = await startWorkers(held.url, 1)
    const { port } = new URL(serving.address)
    const ended = await run(['serve', '--workers', '2'], { DATABASE_URL: held.url, PORT: port })
    expect([ended.status, ended.stderr]).toEqual([
      2,
      `holdfast: port ${port} is in use: stop what listens there, or set PORT to another one\n`,
    ])
    await stop(serving)
  })
})
