/** What a trace shows of commands, batches, transactions and statements. */
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node'
import pg from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { createHoldfast, holdfastOn } from '../../src/engine/holdfast.js'
import { openDatabase } from '../../src/storage/driver/database.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import type { StrategyName } from '../../src/strategies/strategy.js'
import { startDatabaseProxy } from '../support/database/database-proxy.js'
import { withClient } from '../support/database/empty-database.js'
import { useDatabase } from '../support/database/test-database.js'
import { later } from '../support/later.js'
import { givenPools } from '../support/stock/factory.js'
import { told, yes } from '../support/stock/reservations.js'
import { recordSpans, treeOf } from '../support/tracing/recorded-spans.js'
import { until } from '../support/until.js'

const held = useDatabase({ connections: 6 })
const recorded = await recordSpans()

const CUSTOMER = 'ada@example.com'
const KEY = 'order-17'

async function given(strategy: StrategyName, capacity = 10) {
  const holdfast = holdfastOn(held.db, {
    strategy: STRATEGIES[strategy],
    tracing: recorded.tracing,
  })
  const { listingId, poolIds } = await givenPools(held.db, capacity)
  const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
  const book = (options = {}) =>
    holdfast.reservations.create(listingId, { customer: CUSTOMER, lines }, options)
  return { holdfast, listingId, lines, book }
}

/** The ids of the spans that a span is linked to, in order. */
const linksOf = (span: ReadableSpan | undefined) =>
  span?.links.map(({ context }) => context.spanId).sort()
const idsOf = (spans: readonly ReadableSpan[]) =>
  spans.map((span) => span.spanContext().spanId).sort()

/** What a pool is, is asked once for each process, before the transaction. */
const PLACES = '  holdfast.nights.read_places'

/** Nobody's name, key or number may be read in a trace. */
afterEach(() => {
  const shown = recorded.all().map(({ name, attributes, events, status, links }) => {
    return { name, attributes, events, status, links: links.map((link) => link.attributes) }
  })
  const text = JSON.stringify(shown)
  for (const secret of [CUSTOMER, KEY, '$1']) expect(text).not.toContain(secret)
  expect(shown.flatMap(({ events }) => events)).toEqual([])
})

describe('a lone command', () => {
  test('under `guarded` is a command, its transaction and the statements of that', async () => {
    const { book, listingId } = await given('guarded')
    await book({ key: KEY })
    const [command] = recorded.named('holdfast.reserve')
    const [transaction] = recorded.named('holdfast.transaction')
    const statements = recorded.named('holdfast.statement')
    const tree = treeOf(recorded.all())
    expect(tree.slice(0, 3)).toEqual(['holdfast.reserve', PLACES, '  holdfast.transaction'])
    expect(tree.slice(3).every((line) => /^ {4}\S/.test(line))).toBe(true)
    expect(tree.slice(3).map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        'holdfast.answers.read',
        'holdfast.move_if_free.take',
        'holdfast.reservations.insert_one',
      ]),
    )
    expect(command?.kind).toBe(SpanKind.INTERNAL)
    expect(command?.attributes).toEqual({
      'holdfast.command': 'reserve',
      'holdfast.listing.id': listingId,
      'holdfast.strategy': 'guarded',
      'holdfast.attempts': 1,
      'holdfast.replayed': false,
    })
    expect(transaction?.attributes).toEqual({
      'db.system.name': 'postgresql',
      'holdfast.transaction.isolation': 'read committed',
      'holdfast.transaction.outcome': 'committed',
    })
    for (const { name, kind, attributes } of statements) {
      expect({ name, kind }).toEqual({ name: 'holdfast.statement', kind: SpanKind.CLIENT })
      expect(attributes).toEqual({
        'db.system.name': 'postgresql',
        'db.query.summary': expect.stringMatching(/^holdfast\.\w+\.\w+/),
      })
    }
  })

  test('under `batched` has its batch below it, in one trace', async () => {
    const { book } = await given('batched')
    await book()
    const tree = treeOf(recorded.all())
    expect(tree.slice(0, 4)).toEqual([
      'holdfast.reserve',
      PLACES,
      '  holdfast.batch',
      '    holdfast.transaction',
    ])
    expect(tree.length).toBeGreaterThan(5)
    expect(tree.slice(4).every((line) => /^ {6}\S/.test(line))).toBe(true)
  })

  test('in a transaction of the application’s has statements, and no transaction of ours', async () => {
    const { holdfast, listingId, lines } = await given('batched')
    const client = new pg.Client({ connectionString: held.url })
    await client.connect()
    await client.query('begin')
    const { reservations } = holdfast.within(client)
    await reservations.create(listingId, { customer: CUSTOMER, lines })
    await client.query('commit')
    await client.end()
    const tree = treeOf(recorded.all())
    expect(tree[0]).toBe('holdfast.reserve')
    expect(tree.length).toBeGreaterThan(4)
    expect(tree.slice(1).every((line) => /^ {2}[^ ]/.test(line))).toBe(true)
    expect(tree.join('\n')).not.toContain('holdfast.transaction')
  })
})

test('a batch is linked to the spans of its commands, and each of them to the batch', async () => {
  const { book, listingId } = await given('batched')
  await Promise.all(Array.from({ length: 7 }, () => book()))
  const commands = recorded.named('holdfast.reserve')
  const batches = recorded.named('holdfast.batch')
  expect(commands).toHaveLength(7)
  expect(batches).toHaveLength(1)
  expect(batches[0]?.attributes).toEqual({
    'holdfast.batch.size': 7,
    'holdfast.listing.id': listingId,
    'holdfast.strategy': 'batched',
  })
  expect(linksOf(batches[0])).toEqual(idsOf(commands))
  for (const command of commands) expect(linksOf(command)).toEqual(idsOf(batches))
  expect(idsOf(commands)).toContain(batches[0]?.parentSpanContext?.spanId)
  expect(recorded.named('holdfast.transaction')).toHaveLength(1)
})

describe('what a command came to', () => {
  test('a refusal has its code and is no error', async () => {
    const { book } = await given('guarded', 1)
    await book()
    expect(told(await book())).toBe('insufficient_capacity')
    const [, refused] = recorded.named('holdfast.reserve')
    expect(refused?.attributes).toMatchObject({ 'holdfast.refusal.code': 'insufficient_capacity' })
    expect(refused?.status.code).toBe(SpanStatusCode.UNSET)
    const [, transaction] = recorded.named('holdfast.transaction')
    expect(transaction?.attributes).toMatchObject({
      'holdfast.transaction.outcome': 'rolled_back',
    })
  })

  test('an answer that was given before says so', async () => {
    const { book } = await given('guarded')
    await book({ key: KEY })
    await book({ key: KEY })
    const replayed = recorded
      .named('holdfast.reserve')
      .map(({ attributes }) => attributes['holdfast.replayed'])
    expect(replayed).toEqual([false, true])
  })

  test('a call that breaks a rule is an error by its code, and nothing that it said is kept', async () => {
    const { holdfast, lines } = await given('guarded')
    const call = holdfast.reservations.create(CUSTOMER, { customer: 'bob', lines })
    await expect(call).rejects.toMatchObject({ code: 'invalid_input' })
    const [command] = recorded.all()
    expect(command?.status).toEqual({ code: SpanStatusCode.ERROR })
    expect(command?.attributes).toEqual({
      'holdfast.command': 'reserve',
      'holdfast.strategy': 'guarded',
      'error.type': 'invalid_input',
    })
  })

  test('a conflict is a transaction that failed, and one more below the same command', async () => {
    const { book, lines } = await given('serializable')
    const answer = await withClient(held.url, async (rival) => {
      await rival.query('begin isolation level serializable')
      await rival.query('update pools set version = version + 1 where pool_id = $1', [
        lines[0]?.poolId,
      ])
      const answer = later(book())
      await until('the command waits for the rival', async () => {
        const { rows } = await rival.query(
          `select from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return rows.length === 1
      })
      await rival.query('commit')
      return answer
    })
    yes(answer)
    const [command] = recorded.named('holdfast.reserve')
    expect(command?.attributes).toMatchObject({ 'holdfast.attempts': 2 })
    const transactions = recorded.named('holdfast.transaction')
    expect(transactions.map(({ attributes, status }) => ({ ...attributes, ...status }))).toEqual([
      {
        'db.system.name': 'postgresql',
        'db.response.status_code': '40001',
        'error.type': '40001',
        'holdfast.transaction.isolation': 'serializable',
        'holdfast.transaction.outcome': 'rolled_back',
        code: SpanStatusCode.ERROR,
      },
      {
        'db.system.name': 'postgresql',
        'holdfast.transaction.isolation': 'serializable',
        'holdfast.transaction.outcome': 'committed',
        code: SpanStatusCode.UNSET,
      },
    ])
    for (const { parentSpanContext } of transactions) {
      expect(parentSpanContext?.spanId).toBe(command?.spanContext().spanId)
    }
    const failed = recorded
      .named('holdfast.statement')
      .filter(({ attributes }) => attributes['error.type'] === '40001')
    expect(failed[0]?.attributes).toMatchObject({ 'db.response.status_code': '40001' })
  })

  test('a COMMIT without an answer is a transaction whose outcome is unknown', async () => {
    const proxy = await startDatabaseProxy(held.url)
    const db = openDatabase({ url: proxy.url, connectionsMax: 1 })
    const { tracing } = recorded
    const holdfast = holdfastOn(db, { strategy: STRATEGIES.guarded, tracing })
    const { listingId, poolIds } = await givenPools(held.db, 1)
    const lines = [{ poolId: poolIds[0] ?? '', quantity: 1 }]
    proxy.commitAnswers('lose')
    const call = holdfast.reservations.create(listingId, { customer: CUSTOMER, lines })
    await expect(call).rejects.toMatchObject({ code: 'outcome_unknown' })
    await holdfast.close()
    await proxy.close()
    for (const name of ['holdfast.reserve', 'holdfast.transaction']) {
      expect(recorded.named(name)[0]?.attributes).toMatchObject({ 'error.type': 'outcome_unknown' })
    }
    expect(recorded.named('holdfast.transaction')[0]?.attributes).toMatchObject({
      'holdfast.transaction.outcome': 'unknown',
    })
  })
})

test('what a timer asks the database for is in no trace', async () => {
  const { holdfast, listingId } = await given('guarded')
  await holdfast.listings.exists(listingId)
  await holdfast.availability(listingId)
  expect(recorded.all()).toEqual([])
})

test('createHoldfast records as soon as an SDK has been registered', async () => {
  const { listingId, lines } = await given('batched')
  const holdfast = await createHoldfast({ databaseUrl: held.url, maintain: false })
  await holdfast.reservations.create(listingId, { customer: CUSTOMER, lines })
  await holdfast.close()
  expect(recorded.named('holdfast.reserve')).toHaveLength(1)
})
