/** What buyers notice of callers who look at six weeks of fifty courts, again and again. */
import { Pool } from 'undici'
import { issueApiKey } from '../../src/access/api-keys.js'
import { newId } from '../../src/domain/ids.js'
import { createListing } from '../../src/engine/sale/listings.js'
import { startChild } from '../child.js'
import type { Sample } from '../results.js'
import { openStage, type Stage } from '../stage.js'
import type { ServerOrder } from '../subjects/server-process.js'
import { writeCourts } from './availability.js'
import { type Context, type Entry, type OpenEntry, PLENTY } from './entry.js'

/** The two subjects. */
export const BUYERS_ARE = { alone: 'alone', beside: 'beside greedy callers' }

const BUYERS = 16
const LOOKERS = 8
const CONNECTIONS = 4
const STRATEGY = 'batched'
/** As much as a storefront's key may ask for at once. */
const SIX_WEEKS = 'from=2038-01-01&to=2038-02-12'

export const greedy: Entry = {
  name: 'greedy',
  title: 'Buyers beside greedy callers',
  about:
    `${BUYERS} buyers of one pool over HTTP: alone, and beside ${LOOKERS} callers with a storefront's key ` +
    'who ask for six weeks of fifty courts without a pause.',
  open: openSale,
}

async function openSale(context: Context): Promise<OpenEntry> {
  const { serverUrl, options } = context
  const stage = await openStage(serverUrl, 'holdfast_bench_greedy')
  const courts = await writeCourts(context, stage)
  const sale = await givenSale(stage)
  const server = startChild('./subjects/server-process.ts')
  const order: ServerOrder = {
    ...{ kind: 'serve', databaseUrl: stage.url, strategy: STRATEGY },
    ...{ connections: CONNECTIONS, service: true },
  }
  const port = await server.ask<number>(order)
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: BUYERS + LOOKERS })

  const look = async () => {
    const headers = { authorization: `Bearer ${courts.key}` }
    const path = `${courts.url}?${SIX_WEEKS}`
    const answer = await pool.request({ path, method: 'GET', headers })
    await answer.body.dump({ limit: 64 * 1024 * 1024 })
    if (answer.statusCode !== 200) throw new Error(`a look was answered ${answer.statusCode}`)
  }
  const buy = async () => {
    const headers = {
      authorization: `Bearer ${sale.key}`,
      'content-type': 'application/json',
      'idempotency-key': newId(),
    }
    const answer = await pool.request({ path: sale.path, method: 'POST', headers, body: sale.body })
    await answer.body.dump()
    if (answer.statusCode !== 201) throw new Error(`a buyer was answered ${answer.statusCode}`)
  }
  const cell = (subject: string, lookers: number) => ({
    ...{ entry: greedy.name, subject, way: 'HTTP' as const, clients: BUYERS },
    async measure() {
      const end = { over: false }
      const buying = async () => {
        try {
          return await sampleOf(buy, options)
        } finally {
          end.over = true
        }
      }
      const [sample] = await Promise.all([buying(), repeat(lookers, look, end)])
      return sample
    },
  })
  return {
    cells: [cell(BUYERS_ARE.alone, 0), cell(BUYERS_ARE.beside, LOOKERS)],
    close: async () => {
      await pool.close()
      await server.stop()
      await stage.close()
    },
  }
}

/** So many callers, each asking again as soon as it was answered. */
async function repeat(callers: number, ask: () => Promise<void>, end: { readonly over: boolean }) {
  const call = async () => {
    while (!end.over) await ask()
  }
  await Promise.all(Array.from({ length: callers }, call))
}

async function sampleOf(
  buy: () => Promise<void>,
  { warmUpMs, measureMs }: Context['options'],
): Promise<Sample> {
  const times: number[] = []
  const begunMs = performance.now() + warmUpMs
  const timed = async () => {
    const startedAt = performance.now()
    await buy()
    if (startedAt >= begunMs) times.push(performance.now() - startedAt)
  }
  const end = {
    get over() {
      return performance.now() > begunMs + measureMs
    },
  }
  await repeat(BUYERS, timed, end)
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  const latencyMs = { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
  return { perSecond: (times.length * 1_000) / measureMs, latencyMs, others: {}, extra: {} }
}

async function givenSale({ db }: Stage) {
  const listingId = newId()
  const poolId = newId()
  const resource = { resourceId: newId(), name: 'Seats', poolId, capacity: PLENTY }
  await createListing(db, { listingId, name: 'A sale', resources: [resource] })
  const issued = await issueApiKey(db, { name: 'bench', scope: 'seller', listingIds: [listingId] })
  if (issued === undefined) throw new Error('a listing that was just made is not there')
  const body = JSON.stringify({
    customer: 'client@example.com',
    lines: [{ pool_id: poolId, quantity: 1 }],
  })
  return { path: `/v1/listings/${listingId}/reservations`, body, key: issued.key }
}
