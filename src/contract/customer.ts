/** A customer's name is corrected, two turn out to be one person, or one wants to know, or to be forgotten. */
import type { Static } from 'typebox'
import { JournalEntry } from './journal.js'
import { customer, Reservation } from './reservation.js'
import { Id, NullableTime, named, reason, ref, Time } from './scalars.js'
import { Type } from './schema/type.js'

export const CustomerChange = named(
  'CustomerChange',
  {
    customer,
    becomes: customer,
    merge: Type.Optional(
      Type.Boolean({
        description:
          "True when the reservations of another customer of the new name are the same person's; " +
          'default false, which refuses them as `customer_exists`.',
      }),
    ),
    reason: Type.Optional(reason),
  },
  { description: 'Names are in the body, because URLs end up in logs.' },
)
export type CustomerChange = Static<typeof CustomerChange>

export const ChangedCustomer = named('ChangedCustomer', {
  customer: Type.String({ description: 'The name from now on, in its normal form.' }),
  reservations: Type.Integer({ description: 'How many reservations have another customer now.' }),
  merged: Type.Boolean({ description: 'There were reservations of that name already.' }),
})
export type ChangedCustomer = Static<typeof ChangedCustomer>

export const CustomerName = named(
  'CustomerName',
  { customer },
  { description: 'The name is in the body, because URLs end up in logs.' },
)
export type CustomerName = Static<typeof CustomerName>

export const KnownRefund = named('KnownRefund', {
  reservation_id: Id,
  payment_ref: Type.String(),
  reason: Type.String(),
  due_since: Time,
  settled_at: NullableTime,
})

export const Notice = named(
  'Notice',
  {
    reservation_id: Id,
    kind: Type.String({ examples: ['reservation.confirmed'] }),
    at: Time,
    destination: Type.String({
      description: 'Who was told, or is to be told: `email:customer`, or an endpoint of a webhook.',
    }),
    state: Type.String({ examples: ['delivered'] }),
    ended_at: NullableTime,
  },
  { description: 'Word of what happened to a reservation, to somebody outside.' },
)

export const CustomerExport = named(
  'CustomerExport',
  {
    listing_id: Id,
    customer: Type.String({ description: 'The name in its normal form.' }),
    exported_at: Time,
    reservations: Type.Array(ref(Reservation), { description: 'The oldest first.' }),
    refunds: Type.Array(ref(KnownRefund)),
    journal: Type.Array(ref(JournalEntry), { description: 'Every change, the oldest first.' }),
    notices: Type.Array(ref(Notice), { description: 'As long as the outbox keeps them.' }),
  },
  { description: 'Everything that is known about a customer of a listing.' },
)
export type CustomerExport = Static<typeof CustomerExport>

export const CustomerErasure = named(
  'CustomerErasure',
  { customer, reason: Type.Optional(reason) },
  { description: 'The journal keeps the reason: leave names out of it.' },
)
export type CustomerErasure = Static<typeof CustomerErasure>

export const ErasedCustomer = named('ErasedCustomer', {
  customer: Type.String({ description: 'What stands in place of the name from now on.' }),
  reservations: Type.Integer({ description: 'How many reservations have it.' }),
})
export type ErasedCustomer = Static<typeof ErasedCustomer>
