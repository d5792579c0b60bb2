/** A listing that has a row of every kind: what an audit has to look at. */
import { issueApiKey } from '../../../src/access/api-keys.js'
import { newId } from '../../../src/domain/ids.js'
import type { SlotSchedule } from '../../../src/domain/time/schedule.js'
import { releaseBlock } from '../../../src/engine/sale/block-release.js'
import { createBlock, makeDefinite } from '../../../src/engine/sale/blocks.js'
import { setCapacity } from '../../../src/engine/sale/capacity.js'
import { changeCustomer } from '../../../src/engine/sale/customers.js'
import {
  archiveListing,
  archiveResource,
  changeListing,
  changeResource,
  createListing,
  createResource,
} from '../../../src/engine/sale/listings.js'
import { setNights } from '../../../src/engine/sale/nights.js'
import { generateSlots, setSchedule } from '../../../src/engine/sale/slots.js'
import { settleRefund } from '../../../src/engine/upkeep/refunds.js'
import type { Database } from '../../../src/storage/driver/database.js'
import { day } from '../../support/stock/nights.js'
import { engineOn, passTime, yes } from '../../support/stock/reservations.js'

const MINUTE_MS = 60_000
const policy = { customerUnitsMax: 500, customerHoldsMax: 50 }

/** @returns the listing, in which every table and every state has a row */
export async function givenWholeHouse(db: Database): Promise<string> {
  const listingId = newId()
  await createListing(db, { listingId, name: 'A house', timeZone: 'Europe/Prague', policy })
  await changeListing(db, listingId, { name: 'A large house' })
  for (const archived of [true, false]) await archiveListing(db, listingId, archived)
  await issueApiKey(db, { scope: 'seller', name: 'A seller', listingIds: [listingId] })
  await sellUnits(db, listingId)
  await sellNights(db, listingId)
  await sellSlots(db, listingId)
  return listingId
}

/** Reservations of every state, under keys, and a pool that is overcommitted. */
async function sellUnits(db: Database, listingId: string): Promise<void> {
  const { resourceId } = await createResource(db, listingId, { name: 'Seats' })
  const ids = { listingId, resourceId }
  await changeResource(db, ids, { name: 'Seats', timeZone: 'Asia/Tokyo' })
  for (const archived of [true, false]) await archiveResource(db, ids, archived)
  const poolIds = [newId(), newId()].sort()
  const [poolId = '', other = ''] = poolIds
  await createListing(db, {
    ...{ listingId, name: 'A house' },
    resources: poolIds.map((id) => ({ resourceId, name: 'Seats', poolId: id, capacity: 20 })),
  })
  const engine = engineOn(db)
  const lines = [{ poolId, quantity: 1 }]
  const hold = async (units = lines) => {
    const wanted = { customer: 'ada', lines: units, ttlMs: 10 * MINUTE_MS }
    return yes(await engine.hold(listingId, wanted, { key: newId() })).reservationId
  }
  await hold()
  const confirmed = await hold()
  await engine.extend(listingId, confirmed, { ttlMs: 20 * MINUTE_MS, key: newId() })
  await engine.confirm(listingId, confirmed, { paymentRef: 'payment 1', key: newId() })
  await engine.release(listingId, await hold(), { key: newId() })
  const reserved = { customer: 'bob', lines: [...lines, { poolId: other, quantity: 2 }] }
  const made = yes(await engine.reserve(listingId, reserved, { key: newId() }))
  const changed = { lines: [{ poolId: other, quantity: 3 }], key: newId() }
  await engine.change(listingId, made.reservationId, changed)
  const cancelled = yes(await engine.reserve(listingId, reserved))
  await engine.cancel(listingId, cancelled.reservationId)
  const lapsed = async (units = lines) => {
    const id = await hold(units)
    await passTime(db, id)
    await engine.expire(listingId, id)
    return id
  }
  await lapsed()
  const late = await lapsed()
  await engine.confirm(listingId, late, { paymentRef: 'payment 2' })
  const many = [{ poolId, quantity: 15 }]
  const [due, settled] = [await lapsed(many), await lapsed(many)]
  await setCapacity(db, listingId, poolId, { capacity: 2, overrideReason: 'a flood' })
  await engine.confirm(listingId, due, { paymentRef: 'payment 3', key: newId() })
  await engine.confirm(listingId, settled, { paymentRef: 'payment 4' })
  await settleRefund(engine, listingId, settled)
  const [renaming, by] = [
    { db, onCommitted: () => {} },
    { actor: 'app:test', reason: null },
  ]
  await changeCustomer(renaming, listingId, 'bob', { becomes: 'bill' }, by)
  const skipping = engineOn(db, 'skip-locked')
  await skipping.reserve(listingId, { customer: 'eve', lines: [{ poolId: other, quantity: 1 }] })
}

/** A hotel with a block of each state, and a guest in a definite one. */
async function sellNights(db: Database, listingId: string): Promise<void> {
  const { resourceId } = await createResource(db, listingId, { name: 'Rooms' })
  const dates = { from: day(0), to: day(3) }
  await setNights(db, listingId, resourceId, { ...dates, capacity: 9 })
  const another = { from: day(1), to: day(2), capacity: 12 }
  await setNights(db, listingId, resourceId, { ...another, minimumStay: 2, onSale: false })
  await setNights(db, listingId, resourceId, { ...another, minimumStay: 1, onSale: true })
  const engine = engineOn(db)
  const options = { db, engine }
  const block = async () => {
    const terms = { name: 'A party', resourceId, from: day(0), to: day(2), quantity: 2 }
    const made = await createBlock(db, listingId, { ...terms, cutOff: day(0) })
    if (made.kind !== 'done') throw new Error('no block')
    return made.block.blockId
  }
  await block()
  const [open, closed] = [await block(), await block()]
  for (const blockId of [open, closed]) {
    await makeDefinite(options, listingId, blockId)
    const stay = { blockId, checkIn: day(0), checkOut: day(2), quantity: 1 }
    yes(await engine.reserve(listingId, { customer: 'cyd', lines: [stay] }))
  }
  await releaseBlock(options, listingId, closed)
}

/** A court with a slot that is somebody's, a free one, and one that was closed. */
async function sellSlots(db: Database, listingId: string): Promise<void> {
  const court = { name: 'Court', exclusive: true }
  const { resourceId } = await createResource(db, listingId, court)
  const schedule = (from: number): SlotSchedule => ({
    ...{ soldBy: 'slots' as const, slotMinutes: 60, capacity: 1, exceptions: [], bufferMinutes: 0 },
    weekly: [{ days: [1, 2, 3, 4, 5, 6, 7], from: from * 60, to: (from + 3) * 60 }],
  })
  const dates = { from: day(0), to: day(1) }
  for (const from of [8, 9]) {
    await setSchedule(db, listingId, resourceId, schedule(from))
    await generateSlots(db, listingId, resourceId, dates)
  }
  const [slot] = await db.query<{ poolId: string }>(
    `select pool_id as "poolId" from pools
     where listing_id = $1 and resource_id = $2 and not closed order by during limit 1`,
    [listingId, resourceId],
  )
  const lines = [{ poolId: slot?.poolId ?? '', quantity: 1 }]
  yes(await engineOn(db).reserve(listingId, { customer: 'dan', lines }))
}
