/** What an application does first: puts a show on sale, holds two seats, confirms them, audits. */
import { createHoldfast } from 'holdfast'

const holdfast = await createHoldfast({ databaseUrl: process.env['DATABASE_URL'] ?? '' })
const { listingId, resources } = await holdfast.listings.create({
  name: 'A show',
  resources: [{ name: 'Stalls', capacity: 3 }],
})
const poolId = resources[0]?.poolId ?? ''
const request = { customer: 'ada@example.com', lines: [{ poolId, quantity: 2 }] }

const booked = await holdfast.reservations.create(listingId, {
  ...request,
  lines: [{ poolId, quantity: 1 }],
})
const held = await holdfast.reservations.hold(listingId, { ...request, ttlMs: 600_000 })
if (held.kind !== 'done') throw new Error('two of three seats were free')
const confirmed = await holdfast.reservations.confirm(listingId, held.reservation.reservationId)
const late = await holdfast.reservations.hold(listingId, { ...request, ttlMs: 600_000 })
const { ok } = await holdfast.audit(listingId)
const stock = await holdfast.availability(listingId)
const left = stock?.pools.map(({ capacity, taken }) => capacity - taken)
await holdfast.close()

console.log(
  JSON.stringify({
    booked: booked.kind,
    confirmed: confirmed.kind === 'done' && confirmed.reservation.state,
    late: late.kind === 'refused' && late.refusal.code,
    left,
    audit: ok,
  }),
)
