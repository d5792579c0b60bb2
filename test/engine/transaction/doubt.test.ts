/**
 * COMMIT of a batch gets no answer. Each of its commands is told the truth, or that it is unknown,
 * and never that nothing was written when something may have been. A key has one effect, whatever
 * it took to find out.
 */
import { afterEach, expect, test } from 'vitest'
import { HoldfastError, isFault } from '../../../src/domain/errors.js'
import { createEngine } from '../../../src/engine/engine.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { type Database, openDatabase } from '../../../src/storage/driver/database.js'
import { batched } from '../../../src/strategies/batched.js'
import { startDatabaseProxy } from '../../support/database/database-proxy.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'
import { later } from '../../support/later.js'
import { givenPools } from '../../support/stock/factory.js'
import { until } from '../../support/until.js'

const held = useDatabase()
const closing: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close()
  await held.db.query('drop trigger if exists wait_at_commit on reservations')
})

const CUSTOMERS = 20
/** So that some are refused, and a key has to keep that as well. */
const CAPACITY = 16
const WAITING = 4711

/** What a customer was told: a reservation's id, a refusal's code or a fault's. */
interface Told {
  readonly id?: string
  readonly code?: string
}

/** One batch of twenty commands, every second one with a key. */
async function oneBatch(db: Database) {
  const sizes: number[] = []
  const observer = { batched: (size: number) => sizes.push(size) }
  const engine = createEngine({ db, strategy: batched, observer })
  const { listingId, poolIds } = await givenPools(held.db, CAPACITY)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const ask = async (i: number): Promise<Told> => {
    const options = hasKey(i) ? { key: `key ${i}` } : {}
    try {
      const answer = await engine.reserve(listingId, { customer: `c${i}`, lines }, options)
      if (answer.kind === 'refused') return { code: answer.refusal.code }
      return { id: answer.reservation.reservationId }
    } catch (error) {
      if (isFault(error)) return { code: error.code }
      throw error
    }
  }
  return { listingId, ask, sizes, all: () => Promise.all(customers.map(ask)) }
}

const customers = Array.from({ length: CUSTOMERS }, (_, i) => i)
const hasKey = (i: number) => i % 2 === 0
const keyed = customers.filter(hasKey)
const keyless = customers.filter((i) => !hasKey(i))

/** The ids of each customer's reservations. */
async function effects(listingId: string): Promise<string[][]> {
  const rows = await held.db.query<{ id: string; customer: string }>(
    'select reservation_id as id, customer from reservations where listing_id = $1',
    [listingId],
  )
  const of = (i: number) => rows.filter(({ customer }) => customer === `c${i}`)
  return customers.map((i) => of(i).map(({ id }) => id))
}

/** Everybody who was told something that is not so. */
function wronged(told: readonly Told[], there: readonly string[][]): string[] {
  return told.flatMap(({ id, code }, i) => {
    const ids = there[i] ?? []
    if (ids.length > 1) return [`c${i} has two reservations`]
    if (id !== undefined && id !== ids[0]) return [`c${i} was told yes and has none`]
    const maybe = id !== undefined || code === 'outcome_unknown'
    return maybe || ids.length === 0 ? [] : [`c${i} was told ${code} and has a reservation`]
  })
}

const told = (answers: readonly Told[], which: readonly number[]) =>
  new Set(which.map((i) => answers[i]?.code ?? 'done'))
const count = (there: readonly string[][]) => there.flat().length

/** Holds every COMMIT of a reservation open while `work` runs, however long that takes. */
async function whileNoCommitEnds<Value>(work: () => Promise<Value>): Promise<Value> {
  await held.db.query(`
    create or replace function wait_at_commit() returns trigger language plpgsql as $$
    begin
      perform set_config('lock_timeout', '0', true);
      perform pg_advisory_xact_lock(${WAITING});
      return null;
    end $$`)
  await held.db.query(`
    create constraint trigger wait_at_commit after insert on reservations
    deferrable initially deferred for each row execute function wait_at_commit()`)
  return withClient(held.url, async (holder) => {
    await holder.query('select pg_advisory_lock($1)', [WAITING])
    return work()
  })
}

/** The backends that wait in their COMMIT. */
async function committing(): Promise<readonly { pid: number }[]> {
  return held.db.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'
       and pid <> pg_backend_pid()`,
  )
}

async function openThrough(url: string): Promise<Database> {
  const db = openDatabase({ url, connectionsMax: 4 })
  closing.push(db)
  return db
}

test('the answer is lost: whoever has a key hears what is true, the others that it is unknown', async () => {
  const proxy = await startDatabaseProxy(held.url)
  const { listingId, all, sizes } = await oneBatch(await openThrough(proxy.url))
  closing.push(proxy)
  proxy.commitAnswers('lose')
  const answers = await all()
  const there = await effects(listingId)
  expect(sizes).toEqual([CUSTOMERS])
  expect(proxy.commits, 'what was asked again had nothing to commit').toBe(1)
  expect(wronged(answers, there)).toEqual([])
  expect(told(answers, keyed)).toEqual(new Set(['done', 'insufficient_capacity']))
  expect(told(answers, keyless)).toEqual(new Set(['outcome_unknown']))
  expect(count(there)).toBe(CAPACITY)
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('the backend dies in its COMMIT: whoever has a key is served anew, once', async () => {
  const { listingId, all } = await oneBatch(await openThrough(held.url))
  const working = whileNoCommitEnds(async () => {
    const answers = later(all())
    const [first] = await until('it commits', async () => {
      const waiting = await committing()
      return waiting.length === 1 && waiting
    })
    await held.db.query('select pg_terminate_backend($1)', [first?.pid])
    // Those with a key are on their way again, as far as the same place.
    await until('it commits again', async () => {
      const [second] = await committing()
      return second !== undefined && second.pid !== first?.pid
    })
    return { answers }
  })
  const answers = await (await working).answers
  const there = await effects(listingId)
  expect(wronged(answers, there)).toEqual([])
  expect(told(answers, keyed)).toEqual(new Set(['done']))
  expect(told(answers, keyless)).toEqual(new Set(['outcome_unknown']))
  expect(count(there)).toBe(keyed.length)
  expect((await audit(held.db, listingId)).drift).toEqual([])
})

test('COMMIT goes on for longer than anybody waits: nobody is told that nothing was written', async () => {
  const url = new URL(held.url)
  // Nobody else ends it: neither its own statement's time, nor the wait of those who ask again.
  url.searchParams.set('options', '-c lock_timeout=300')
  const patient = { url: url.href, connectionsMax: 4, sessionSettings: false }
  const db = openDatabase({ ...patient, commitTimeoutMs: 300 })
  closing.push(db)
  const { listingId, ask, all } = await oneBatch(db)
  const answers = await whileNoCommitEnds(async () => {
    const early = await all()
    expect(await effects(listingId), 'it has not happened yet').toEqual(customers.map(() => []))
    return early
  })
  await until('it has happened after all', async () => count(await effects(listingId)) > 0)
  const there = await effects(listingId)
  expect(wronged(answers, there)).toEqual([])
  expect(told(answers, customers)).toEqual(new Set(['outcome_unknown']))
  const again = await Promise.all(keyed.map(ask))
  const after = await effects(listingId)
  expect(after).toEqual(there)
  expect(again.map(({ id }) => id)).toEqual(keyed.map((i) => after[i]?.[0]))
})

test('an engine that takes no answer for a no is caught', async () => {
  const proxy = await startDatabaseProxy(held.url)
  const honest = await openThrough(proxy.url)
  closing.push(proxy)
  const hasty: Database = {
    ...honest,
    transaction: (...args) =>
      honest.transaction(...args).catch((error: unknown) => {
        if (!isFault(error, 'outcome_unknown')) throw error
        throw new HoldfastError('database_unavailable', 'no answer, so it has failed')
      }),
  }
  const { listingId, all } = await oneBatch(hasty)
  proxy.commitAnswers('lose')
  const answers = await all()
  expect(wronged(answers, await effects(listingId))).toContain(
    'c1 was told database_unavailable and has a reservation',
  )
})
