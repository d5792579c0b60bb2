import { describe, expect, test } from 'vitest'
import { createEngine } from '../../src/engine/engine.js'
import { changeListing } from '../../src/engine/sale/listings.js'
import { audit } from '../../src/engine/upkeep/audit.js'
import { settleRefund } from '../../src/engine/upkeep/refunds.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { useDatabase } from '../support/database/test-database.js'
import { counterOf, givenPools } from '../support/stock/factory.js'
import { journalOf, passTime, storedReservation, told, yes } from '../support/stock/reservations.js'

const held = useDatabase({ connections: 8 })

describe.each(['guarded', 'batched'] as const)('under %s', (strategy) => {
  const engineOf = () => createEngine({ db: held.db, strategy: STRATEGIES[strategy] })
  const customer = 'ada@example.com'
  const MINUTE = 60_000

  async function givenHold(capacity = 5, quantity = 2) {
    const { listingId, poolIds } = await givenPools(held.db, capacity)
    const [poolId = ''] = poolIds
    const engine = engineOf()
    const wanted = { customer, lines: [{ poolId, quantity }], ttlMs: 10 * MINUTE }
    const reservation = yes(await engine.hold(listingId, wanted))
    return { engine, listingId, poolId, id: reservation.reservationId, reservation }
  }

  describe('a hold', () => {
    test('takes its units at once, and confirming touches no pool', async () => {
      const { engine, listingId, poolId, id, reservation } = await givenHold()
      expect(reservation.state).toBe('held')
      expect((reservation.expiresAtMs ?? 0) - reservation.createdAtMs).toBe(10 * MINUTE)
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 1 })
      const confirmed = yes(await engine.confirm(listingId, id))
      expect(confirmed).toMatchObject({ state: 'confirmed', expiresAtMs: null, version: 2 })
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 1 })
      expect(await storedReservation(held.db, listingId, id)).toEqual(confirmed)
    })

    test('past its time cannot be confirmed, extended, changed or released, though nobody swept it', async () => {
      const { engine, listingId, poolId, id } = await givenHold()
      await passTime(held.db, id)
      const lines = [{ poolId, quantity: 1 }]
      expect(told(await engine.confirm(listingId, id))).toBe('hold_expired')
      expect(told(await engine.extend(listingId, id, { ttlMs: MINUTE }))).toBe('hold_expired')
      expect(told(await engine.change(listingId, id, { lines }))).toBe('hold_expired')
      expect(told(await engine.release(listingId, id))).toBe('hold_expired')
    })

    test('past its time does not block a sale, though nobody swept it', async () => {
      const { engine, listingId, poolId, id } = await givenHold(2, 2)
      const wanted = { customer: 'bob', lines: [{ poolId, quantity: 2 }] }
      expect(told(await engine.reserve(listingId, wanted))).toBe('insufficient_capacity')
      await passTime(held.db, id)
      expect(told(await engine.reserve(listingId, wanted))).toBe('done')
      expect((await storedReservation(held.db, listingId, id))?.state).toBe('expired')
      expect(await journalOf(held.db, id)).toEqual(['held', 'expired'])
      expect((await audit(held.db, listingId)).drift).toEqual([])
    })

    test('is not tidied away for a request that this could not help', async () => {
      const { engine, listingId, poolId, id } = await givenHold(5, 1)
      await engine.reserve(listingId, { customer, lines: [{ poolId, quantity: 3 }] })
      await passTime(held.db, id)
      const greedy = { customer: 'bob', lines: [{ poolId, quantity: 3 }] }
      expect(told(await engine.reserve(listingId, greedy))).toBe('insufficient_capacity')
      expect((await storedReservation(held.db, listingId, id))?.state).toBe('held')
    })

    test('can be extended up to the age that the listing allows, and no further', async () => {
      const { engine, listingId, id, reservation } = await givenHold()
      await changeListing(held.db, listingId, {
        policy: {
          customerHoldsMax: null,
          customerUnitsMax: null,
          holdTtlMsMax: 30 * MINUTE,
          holdAgeMsMax: 25 * MINUTE,
        },
      })
      const longer = yes(await engine.extend(listingId, id, { ttlMs: 20 * MINUTE }))
      expect(longer.expiresAtMs).toBeGreaterThan(reservation.expiresAtMs ?? 0)
      expect(await engine.extend(listingId, id, { ttlMs: 26 * MINUTE })).toMatchObject({
        refusal: { code: 'extension_limit', latestMs: reservation.createdAtMs + 25 * MINUTE },
      })
      const tooLong = await engine.extend(listingId, id, { ttlMs: 31 * MINUTE })
      expect(told(tooLong)).toBe('ttl_out_of_range')
    })
  })

  describe('a transition', () => {
    test('asked for again gets the same answer and has no second effect', async () => {
      const { engine, listingId, poolId, id } = await givenHold()
      const confirmed = yes(await engine.confirm(listingId, id))
      expect(yes(await engine.confirm(listingId, id))).toEqual(confirmed)
      const cancelled = yes(await engine.cancel(listingId, id))
      expect(yes(await engine.cancel(listingId, id))).toEqual(cancelled)
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 0, version: 2 })
      expect(await journalOf(held.db, id)).toEqual(['held', 'confirmed', 'cancelled'])
    })

    test('that is not allowed says in which state the reservation is', async () => {
      const { engine, listingId, id } = await givenHold()
      expect(await engine.cancel(listingId, id)).toMatchObject({
        refusal: { code: 'invalid_transition', command: 'cancel', state: 'held' },
      })
      await engine.release(listingId, id)
      expect(await engine.confirm(listingId, id)).toMatchObject({
        refusal: { code: 'invalid_transition', command: 'confirm', state: 'released' },
      })
      expect(told(await engine.expire(listingId, id))).toBe('invalid_transition')
    })

    test('is refused when the caller has seen an older version', async () => {
      const { engine, listingId, id } = await givenHold()
      await engine.extend(listingId, id, { ttlMs: 11 * MINUTE, expectedVersion: 1 })
      expect(await engine.confirm(listingId, id, { expectedVersion: 1 })).toMatchObject({
        refusal: { code: 'version_mismatch', expectedVersion: 1, version: 2 },
      })
      expect(told(await engine.confirm(listingId, id, { expectedVersion: 2 }))).toBe('done')
    })

    test('of a reservation that is not in the listing finds nothing', async () => {
      const { engine, id } = await givenHold()
      const other = await givenPools(held.db, 1)
      expect(told(await engine.confirm(other.listingId, id))).toBe('not_found')
      expect(await storedReservation(held.db, other.listingId, id)).toBeUndefined()
    })

    test('asked for a hundred times at once happens once', async () => {
      const { engine, listingId, poolId, id } = await givenHold()
      const hundred = <Value>(ask: () => Promise<Value>) =>
        Promise.all(Array.from({ length: 100 }, ask))
      const confirms = await hundred(() => engine.confirm(listingId, id))
      expect(new Set(confirms.map(told))).toEqual(new Set(['done']))
      expect(await journalOf(held.db, id)).toEqual(['held', 'confirmed'])
      const cancels = await hundred(() => engine.cancel(listingId, id))
      expect(new Set(cancels.map(told))).toEqual(new Set(['done']))
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 0, version: 2 })
      expect(await journalOf(held.db, id)).toEqual(['held', 'confirmed', 'cancelled'])
    })
  })

  describe('a payment that comes late', () => {
    test('takes the units again when they are free', async () => {
      const { engine, listingId, poolId, id } = await givenHold(2, 2)
      await passTime(held.db, id)
      await engine.expire(listingId, id)
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 0, version: 2 })
      const answer = await engine.confirm(listingId, id, { paymentRef: 'pay-1' })
      expect(answer).toMatchObject({ kind: 'done', reacquired: true })
      expect(yes(answer)).toMatchObject({ state: 'confirmed', paymentRef: 'pay-1' })
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 3 })
      const again = await engine.confirm(listingId, id, { paymentRef: 'pay-1' })
      expect(yes(again)).toEqual(yes(answer))
      expect((await audit(held.db, listingId)).drift).toEqual([])
    })

    test('keeps units that nobody has needed meanwhile, without moving them', async () => {
      const { engine, listingId, poolId, id } = await givenHold()
      await passTime(held.db, id)
      const answer = await engine.confirm(listingId, id, { paymentRef: 'pay-1' })
      expect(answer).toMatchObject({ kind: 'done', reacquired: true })
      expect(await counterOf(held.db, poolId)).toEqual({ taken: 2, version: 1 })
    })

    test('for units that are gone is written down as due for a refund, once', async () => {
      const { engine, listingId, poolId, id } = await givenHold(2, 2)
      await passTime(held.db, id)
      await engine.reserve(listingId, { customer: 'bob', lines: [{ poolId, quantity: 1 }] })
      const gone = await engine.confirm(listingId, id, { paymentRef: 'pay-1' })
      expect(gone).toMatchObject({
        refusal: { code: 'capacity_gone', refundDue: true, paymentRef: 'pay-1' },
      })
      const again = await engine.confirm(listingId, id, { paymentRef: 'pay-1' })
      expect(again).toEqual({ ...gone, attempts: again.attempts })
      expect(await storedReservation(held.db, listingId, id)).toMatchObject({
        state: 'expired',
        refundDue: true,
      })
      expect(
        await storedReservation(held.db, listingId.toUpperCase(), id.toUpperCase()),
      ).toBeDefined()
      expect(await journalOf(held.db, id)).toEqual(['held', 'expired', 'refund_due'])
      expect((await audit(held.db, listingId)).drift).toEqual([])
    })
  })

  test('a payment that was given back buys nothing when units come free', async () => {
    const { engine, listingId, poolId, id } = await givenHold(2, 2)
    await passTime(held.db, id)
    const wanted = { customer: 'bob', lines: [{ poolId, quantity: 2 }] }
    const other = yes(await engine.reserve(listingId, wanted))
    const pay = () => engine.confirm(listingId, id, { paymentRef: 'pay-1' })
    expect(told(await pay())).toBe('capacity_gone')
    await settleRefund(engine, listingId, id)
    await engine.cancel(listingId, other.reservationId)
    expect(told(await pay())).toBe('capacity_gone')
    expect(await counterOf(held.db, poolId)).toMatchObject({ taken: 0 })
  })

  test('a change to more than there ever is says so, whatever it would give back for it', async () => {
    const { engine, listingId, poolId, id } = await givenHold(4, 2)
    const answer = await engine.change(listingId, id, { lines: [{ poolId, quantity: 5 }] })
    expect(told(answer)).toBe('exceeds_capacity')
  })

  describe('a limit per customer', () => {
    const limit = (listingId: string, units: number | null, holds: number | null) =>
      changeListing(held.db, listingId, {
        policy: {
          customerUnitsMax: units,
          customerHoldsMax: holds,
          holdTtlMsMax: 60 * MINUTE,
          holdAgeMsMax: 60 * MINUTE,
        },
      })

    test('of four units lets exactly four of fifty parallel requests through', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 100, 100)
      await limit(listingId, 4, null)
      const engine = engineOf()
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) => {
          const lines = [{ poolId: poolIds[i % 2] ?? '', quantity: 1 }]
          return i % 3 === 0
            ? engine.reserve(listingId, { customer, lines })
            : engine.hold(listingId, { customer, lines, ttlMs: MINUTE })
        }),
      )
      expect(answers.filter((answer) => answer.kind === 'done')).toHaveLength(4)
      expect(answers.filter((answer) => told(answer) === 'customer_limit')).toHaveLength(46)
    })

    test('counts what is held and confirmed, not what was given back or is overdue', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 100)
      await limit(listingId, 4, 1)
      const engine = engineOf()
      const lines = [{ poolId: poolIds[0] ?? '', quantity: 3 }]
      const hold = () => engine.hold(listingId, { customer, lines, ttlMs: MINUTE })
      const first = yes(await hold())
      expect(told(await hold())).toBe('hold_limit')
      expect(await engine.reserve(listingId, { customer, lines })).toMatchObject({
        refusal: { code: 'customer_limit', limit: 4, units: 3, requested: 3 },
      })
      await passTime(held.db, first.reservationId)
      const second = yes(await hold())
      await engine.release(listingId, second.reservationId)
      expect(told(await engine.reserve(listingId, { customer, lines }))).toBe('done')
      expect(told(await engine.reserve(listingId, { customer: 'bob', lines }))).toBe('done')
    })

    test('holds for a change as well, counting what it gives back', async () => {
      const { listingId, poolIds } = await givenPools(held.db, 100)
      await limit(listingId, 4, null)
      const engine = engineOf()
      const lines = (quantity: number) => [{ poolId: poolIds[0] ?? '', quantity }]
      const { reservationId } = yes(await engine.reserve(listingId, { customer, lines: lines(3) }))
      const change = async (quantity: number) =>
        told(await engine.change(listingId, reservationId, { lines: lines(quantity) }))
      expect(await change(5)).toBe('customer_limit')
      expect(await change(4)).toBe('done')
    })
  })
})
