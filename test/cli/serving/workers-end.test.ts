/** `holdfast serve --workers` that restarts under load, and that ends. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test, vi } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { withClient } from '../../support/database/empty-database.js'
import { later } from '../../support/later.js'
import { childrenOf, gone, start } from '../../support/process/command.js'
import { until } from '../../support/until.js'
import type { Answered } from './caller.js'
import { messagesOf, type Sale, TEST_MS, useSales } from './sales.js'
import { type Serving, START_MS, startWorkers, stop, workersOf } from './serving.js'

vi.setConfig({ testTimeout: TEST_MS })

const { held, givenSale } = useSales()
/** What /readyz says after two seconds: of a machine that others load, not of a worker that is replaced. */
const SLOW_DATABASE = 'does not answer in time'

/** Clients, with and without connections that stay open, and a load balancer, while `work` runs. */
async function underLoad(
  { caller, path, body }: Sale,
  serving: Serving,
  work: () => Promise<void>,
) {
  let over = false
  let acknowledged = 0
  const lost: unknown[] = []
  const asking = async (ask: () => Promise<Answered>, wanted: number) => {
    while (!over) {
      await pause(10)
      const answer = await ask().catch(String)
      const status = typeof answer === 'string' ? answer : answer.status
      const isSlow = typeof answer !== 'string' && answer.text.includes(SLOW_DATABASE)
      if (status !== wanted && !isSlow) lost.push(answer)
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
