/** The verdict is only worth as much as its power to say no: every kind of damage has to show. */
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { createEngine } from '../../../src/engine/engine.js'
import { readDatabaseRecords } from '../../../src/lab/database/database-records.js'
import { findingsOf, recountPools } from '../../../src/lab/database/recount.js'
import {
  type Acknowledged,
  acknowledgedOf,
  countLost,
} from '../../../src/lab/history/acknowledged.js'
import type { OperationRecord } from '../../../src/lab/history/history.js'
import type { PoolRecount } from '../../../src/lab/race/race.js'
import { EVENTO_EVENT_ID, eventoListing } from '../../../src/lab/scenarios/evento.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { useDatabase } from '../../support/database/test-database.js'
import { givenEvent } from '../../support/stock/evento.js'

const hotel = (counts: Partial<PoolRecount>): PoolRecount => ({
  name: 'Hotel',
  capacity: 200,
  reservations: 70,
  sold: 200,
  counter: 200,
  ...counts,
})

describe('findingsOf', () => {
  const nothing = { oversold: 0, lost: 0, unsold: 0, drifted: 0 }

  test('finds nothing where every room was sold once', () => {
    expect(findingsOf([hotel({}), hotel({})], 0)).toEqual(nothing)
    expect(findingsOf([hotel({ capacity: 0, sold: 0, counter: 0 })], 0)).toEqual(nothing)
  })

  test('counts what was sold beyond what there is, over all hotels', () => {
    const hotels = [hotel({ sold: 300, counter: 300 }), hotel({ sold: 208, counter: 208 })]
    expect(findingsOf(hotels, 0)).toEqual({ ...nothing, oversold: 108 })
  })

  test('is not deceived by a counter that looks right: a lost update leaves it legal', () => {
    expect(findingsOf([hotel({ sold: 340, counter: 200 })], 0)).toEqual({
      ...nothing,
      oversold: 140,
      drifted: 1,
    })
  })

  test('counts rooms that were left although customers went away without one', () => {
    expect(findingsOf([hotel({ sold: 197, counter: 197 }), hotel({})], 0)).toEqual({
      ...nothing,
      unsold: 3,
    })
  })

  test('does not set one hotel’s empty rooms off against another one’s double sales', () => {
    const hotels = [hotel({ sold: 190, counter: 190 }), hotel({ sold: 210, counter: 210 })]
    expect(findingsOf(hotels, 0)).toEqual({ ...nothing, oversold: 10, unsold: 10 })
  })

  test('counts hotels whose counter is not the sum of their lines, above or below', () => {
    const hotels = [hotel({ counter: 199 }), hotel({ counter: 201 }), hotel({})]
    expect(findingsOf(hotels, 0)).toEqual({ ...nothing, drifted: 2 })
  })

  test('passes on what was acknowledged and is not there', () => {
    expect(findingsOf([hotel({})], 4)).toEqual({ ...nothing, lost: 4 })
  })
})

describe('against a database', () => {
  const held = useDatabase({ guard: false })
  const poolIds = eventoListing(0).resources.map((resource) => resource.poolId)
  let acknowledged: Acknowledged[] = []

  /** Reserves as a server does, and keeps what the client was told. */
  async function reserve(hotelIndex: number, rooms: number, customer: string) {
    const engine = createEngine({ db: held.db, strategy: STRATEGIES.guarded })
    const lines = [{ poolId: poolIds[hotelIndex] ?? '', quantity: rooms }]
    const outcome = await engine.reserve(EVENTO_EVENT_ID, { customer, lines })
    if (outcome.kind !== 'done') throw new Error('the room should have been free')
    const { reservationId } = outcome.reservation
    acknowledged.push({ reservationId, customer, lines, states: ['confirmed'] })
  }

  const claim = (changes: Partial<Acknowledged>): Acknowledged[] =>
    acknowledged.map((one, i) => (i === 0 ? { ...one, ...changes } : one))
  const lostOf = async (claims: readonly Acknowledged[]) =>
    countLost((await readDatabaseRecords(held.db, EVENTO_EVENT_ID)).reservations, claims)
  const first = (quantity: number, poolId = poolIds[0] ?? '') => [{ poolId, quantity }]

  beforeEach(async () => {
    acknowledged = []
    await givenEvent(held.db, 10)
    await reserve(0, 3, 'ada')
    await reserve(0, 2, 'bob')
    await reserve(2, 5, 'ada')
  })

  describe('countLost', () => {
    test('finds nothing missing where everything is there as it was acknowledged', async () => {
      expect(await lostOf(acknowledged)).toBe(0)
    })

    test('does not miss what nobody was told of: a server may die before it answers', async () => {
      expect(await lostOf(acknowledged.slice(1))).toBe(0)
    })

    test.each([
      ['an id that is not there', { reservationId: newId() }],
      ['no id at all', { reservationId: 'undefined' }],
      ['fewer rooms than the customer was told', { lines: first(4) }],
      ['more rooms than the customer was told', { lines: first(2) }],
      ['somebody else’s name on it', { customer: 'eve' }],
      ['another hotel', { lines: first(3, poolIds[1]) }],
      ['a state that nobody was told of', { states: ['held', 'expired'] }],
    ])('counts %s', async (_what, changes) => {
      expect(await lostOf(claim(changes))).toBe(1)
    })

    test('counts one reservation that two customers were told is theirs', async () => {
      const [one] = acknowledged
      expect(await lostOf(one === undefined ? [] : [...acknowledged, one])).toBe(1)
    })

    test('counts a reservation that was deleted, and one that lost its line', async () => {
      await held.db.query('delete from reservations where reservation_id = $1', [
        acknowledged[0]?.reservationId,
      ])
      expect(await lostOf(acknowledged)).toBe(1)
      await held.db.query('delete from reservation_lines where reservation_id = $1', [
        acknowledged[1]?.reservationId,
      ])
      expect(await lostOf(acknowledged)).toBe(2)
    })

    test('counts a reservation that is cancelled although nobody asked for that', async () => {
      await held.db.query(`update reservations set state = 'cancelled' where reservation_id = $1`, [
        acknowledged[0]?.reservationId,
      ])
      expect(await lostOf(acknowledged)).toBe(1)
    })
  })

  describe('recountPools', () => {
    test('sums the lines of each hotel, in name order, the empty one too', async () => {
      expect(await recountPools(held.db, EVENTO_EVENT_ID)).toMatchObject([
        { name: 'Hotel A', capacity: 10, reservations: 2, sold: 5, counter: 5 },
        { name: 'Hotel B', capacity: 10, reservations: 0, sold: 0, counter: 0 },
        { name: 'Hotel C', capacity: 10, reservations: 1, sold: 5, counter: 5 },
      ])
    })

    test('does not take the counter’s word for what was sold, in either direction', async () => {
      await held.db.query('update pools set taken = 1 where pool_id = $1', [poolIds[0]])
      await held.db.query('update pools set taken = 9 where pool_id = $1', [poolIds[1]])
      expect(await recountPools(held.db, EVENTO_EVENT_ID)).toMatchObject([
        { sold: 5, counter: 1 },
        { sold: 0, counter: 9 },
        { sold: 5, counter: 5 },
      ])
    })

    test('does not count rooms that were given back', async () => {
      await held.db.query(`update reservations set state = 'released' where reservation_id = $1`, [
        acknowledged[0]?.reservationId,
      ])
      expect(await recountPools(held.db, EVENTO_EVENT_ID)).toMatchObject([
        { reservations: 1, sold: 2 },
        { reservations: 0, sold: 0 },
        { reservations: 1, sold: 5 },
      ])
    })
  })
})

describe('acknowledgedOf', () => {
  const asked = (changes: Partial<OperationRecord>): OperationRecord => ({
    type: 'operation',
    client: 0,
    kind: 'hold',
    key: 'k',
    calledNs: 1,
    returnedNs: 2,
    outcome: 'ok',
    customer: 'ada',
    reservationId: 'r',
    ...changes,
  })
  const statesAfter = (...later: Partial<OperationRecord>[]) =>
    acknowledgedOf([asked({}), ...later.map((each, i) => asked({ key: `later-${i}`, ...each }))])

  test('expects a hold to be held, or to have run out, until its customer is told otherwise', () => {
    expect(statesAfter()).toMatchObject([{ states: ['held', 'expired'] }])
    expect(statesAfter({ kind: 'confirm' })).toMatchObject([{ states: ['confirmed'] }])
    expect(statesAfter({ kind: 'confirm' }, { kind: 'cancel' })).toMatchObject([
      { states: ['cancelled'] },
    ])
    expect(statesAfter({ kind: 'release', outcome: 'refused' })).toMatchObject([
      { states: ['held', 'expired'] },
    ])
  })

  test('allows both ends while nobody knows, and one of them once it was asked again', () => {
    const unknown = { kind: 'confirm', outcome: 'unknown', key: 'c' } as const
    expect(statesAfter(unknown)).toMatchObject([{ states: ['held', 'expired', 'confirmed'] }])
    expect(statesAfter(unknown, { kind: 'confirm', key: 'c' })).toMatchObject([
      { states: ['confirmed'] },
    ])
  })

  test('takes two answers under one key for one reservation, and nothing else for any', () => {
    const lost = asked({ outcome: 'unknown', key: 'x' })
    expect(acknowledgedOf([asked({}), asked({})])).toHaveLength(1)
    expect(acknowledgedOf([lost])).toEqual([])
    expect(acknowledgedOf([lost, asked({ key: 'x' })])).toHaveLength(1)
  })
})
