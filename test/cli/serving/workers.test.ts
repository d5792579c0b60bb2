/** `holdfast serve --workers`: several processes behind one port, as one service. */
import { describe, expect, test, vi } from 'vitest'
import { connectionsOf } from '../../../src/cli/serving/shares.js'
import { newId } from '../../../src/domain/ids.js'
import { withEmptyDatabase } from '../../support/database/empty-database.js'
import { type EventSource, openEvents } from '../../support/http/event-source.js'
import { run, start } from '../../support/process/command.js'
import { AVAILABLE, HOTELS } from '../../support/stock/evento.js'
import { until } from '../../support/until.js'
import type { Caller } from './caller.js'
import { TEST_MS, useSales } from './sales.js'
import { START_MS, startWorkers, stop } from './serving.js'

vi.setConfig({ testTimeout: TEST_MS })

const { held, closing, givenSale } = useSales()

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
      command.kill('SIGINT')
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
