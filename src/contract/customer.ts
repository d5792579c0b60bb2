/** A customer's name is corrected, or two turn out to be one person. */
import Type, { type Static } from 'typebox'
import { customer } from './reservation.js'
import { named, reason } from './scalars.js'

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
