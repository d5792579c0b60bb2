/**
 * Two hundred clients want one pool, of a service with one worker and with four, under `batched`.
 * Each asks under a key, twice at once over two connections, and once more when it is over: whichever
 * workers these come to, a key has one effect and one answer, and the pool is sold to the last unit.
 */
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { CONTESTANTS, contestantHoldfast } from '../../../src/lab/race/contestants.js'
import { type Database, openDatabase } from '../../../src/storage/driver/database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { appOn } from '../../support/http/app-on.js'
import { givenKey } from '../../support/http/service.js'
import { counterOf, givenPools } from '../../support/stock/factory.js'
import { type Answered, type Caller, callerOf } from './caller.js'
import { startWorkers, stop } from './serving.js'

vi.setConfig({ testTimeout: 240_000 })

const held = useDatabase()
/** Without the constraint that refuses an oversell whatever the code does. */
const unguarded = useDatabase({ guard: false })
const closing: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close()
})

const CLIENTS = 200
const CAPACITY = 500

/** Everything that was said under one key. */
interface Said {
  readonly key: string
  readonly answers: Answered[]
}

interface Race {
  readonly db: Database
  readonly listingId: string
  readonly poolId: string
  readonly said: readonly Said[]
}

async function givenSale(db: Database) {
  const { listingId, poolIds } = await givenPools(db, CAPACITY)
  const apiKey = await givenKey(db, 'seller', listingId)
  return { db, listingId, poolId: poolIds[0] ?? '', apiKey }
}

/** Every client asks for one unit after the other, until it hears that there is none left. */
async function race(
  { db, listingId, poolId, apiKey }: Awaited<ReturnType<typeof givenSale>>,
  addresses: readonly string[],
): Promise<Race> {
  const path = `/v1/listings/${listingId}/reservations`
  const lines = [{ pool_id: poolId, quantity: 1 }]
  const said: Said[] = []
  const caller = (i: number, keepAlive: boolean): Caller => {
    const made = callerOf(addresses[i % addresses.length] ?? '', apiKey, keepAlive)
    closing.push(made)
    return made
  }
  const ask = async (key: string, callers: readonly Caller[]): Promise<Answered[]> =>
    Promise.all(callers.map((each) => each.post(path, { customer: key, lines }, key)))
  const client = async (i: number) => {
    const mine = [caller(i, true), caller(i + 1, true)]
    for (;;) {
      const key = newId()
      const answers = await ask(key, mine)
      said.push({ key, answers })
      if (answers.some(({ status, text }) => status === 409 && codeIn(text) === SHORT)) return
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, (_, i) => client(i)))
  // Over connections of their own, which are handed to one worker after the other.
  for (let from = 0; from < said.length; from += CLIENTS) {
    const replays = said.slice(from, from + CLIENTS).map(async ({ key, answers }, i) => {
      answers.push(...(await ask(key, [caller(i, false)])))
    })
    await Promise.all(replays)
  }
  return { db, listingId, poolId, said }
}

const SHORT = 'insufficient_capacity'
const codeIn = (text: string): string => JSON.parse(text).code

/** What of all that was said is not so; in sentences. */
async function faultsOf({ db, listingId, said }: Race): Promise<string[]> {
  const rows = await db.query<{ id: string; customer: string; quantity: number }>(
    `select reservation_id as id, customer, quantity
     from reservations
     join reservation_lines using (listing_id, reservation_id)
     where listing_id = $1`,
    [listingId],
  )
  const of = new Map<string, string[]>()
  for (const { id, customer } of rows) of.set(customer, [...(of.get(customer) ?? []), id])
  const faults = new Set<string>()
  const sold = rows.reduce((sum, { quantity }) => sum + quantity, 0)
  if (sold > CAPACITY) faults.add('sold twice')
  if (sold < CAPACITY) faults.add('refused although there was one left')
  for (const { key, answers } of said) {
    const ids = of.get(key) ?? []
    const yes = answers.filter(({ status }) => status === 201)
    const no = answers.filter(({ status, text }) => status === 409 && codeIn(text) === SHORT)
    if (ids.length > 1) faults.add('a key had two effects')
    if (new Set(yes.map(({ text }) => text)).size + Math.min(no.length, 1) !== 1) {
      faults.add('a key had no answer, or two')
    }
    if (yes.some(({ text }) => JSON.parse(text).id !== ids[0])) faults.add('a yes was lost')
    if (no.length > 0 && ids.length > 0) faults.add('a no had an effect')
    const other = answers.filter((each) => !yes.includes(each) && !no.includes(each))
    for (const { status, text } of other) {
      if (codeIn(text) !== 'idempotency_in_progress') faults.add(`${status} ${codeIn(text)}`)
    }
  }
  return [...faults]
}

/** The workers whose figures have a series that begins like this, and that is not zero. */
async function workersWith(caller: Caller, series: string): Promise<number> {
  const { text } = await caller.get('/metrics')
  const lines = text.split('\n').filter((line) => line.startsWith(series) && !line.endsWith(' 0'))
  return new Set(lines.map((line) => /worker="(\d+)"/.exec(line)?.[1])).size
}

describe.each([1, 4])('a service with %i workers', (workers) => {
  test('sells a pool to the last unit, each key once, whichever worker it comes to', async () => {
    const sale = await givenSale(held.db)
    const serving = await startWorkers(held.url, workers, { HOLDFAST_CONNECTIONS: '12' })
    const run = await race(sale, [serving.address])
    expect(await faultsOf(run)).toEqual([])
    expect(await counterOf(held.db, run.poolId)).toEqual({ taken: CAPACITY, version: CAPACITY })
    expect((await audit(held.db, run.listingId)).drift).toEqual([])
    const caller = callerOf(serving.address, sale.apiKey, true)
    closing.push(caller)
    for (const replayed of [false, true]) {
      const series = `holdfast_engine_commands_total{replayed="${replayed}"`
      expect(await workersWith(caller, series), `replayed: ${replayed}`).toBe(workers)
    }
    expect(await stop(serving)).toBe(0)
  })
})

test('four servers that look and then write are caught', async () => {
  const apps: { app: FastifyInstance; address: string }[] = []
  for (let i = 0; i < 4; i += 1) {
    const db = openDatabase({ url: unguarded.url, connectionsMax: 4 })
    const app = appOn(db, { holdfast: contestantHoldfast(CONTESTANTS.naive, db) })
    closing.push({ close: () => app.close().then(() => db.close()) })
    apps.push({ app, address: await app.listen({ port: 0, host: '127.0.0.1' }) })
  }
  const run = await race(
    await givenSale(unguarded.db),
    apps.map(({ address }) => address),
  )
  expect(await faultsOf(run)).toContain('sold twice')
})
