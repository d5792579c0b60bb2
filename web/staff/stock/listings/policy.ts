/** Changes what a listing allows. */
import type { Listing } from 'holdfast/client'
import { client } from '../../api.js'
import { ask } from '../../shell/ask.js'
import { given, wayBack } from '../back.js'

const SECONDS_MAX = 31_536_000

export function changePolicy({ id, policy }: Listing, after: () => void): void {
  const count = (name: string, label: string, value: number | null) => ({
    ...{ name, label, type: 'number' as const, min: 1, value: String(value ?? '') },
    ...{ isOptional: true, hint: 'Empty: no limit.' },
  })
  const seconds = (name: string, label: string, value: number) => ({
    ...{ name, label, type: 'number' as const, min: 1, max: SECONDS_MAX, value: String(value) },
  })
  ask<Listing>({
    title: 'What the listing allows',
    text: 'It counts from now on. Nobody loses what they have.',
    yes: 'Save',
    fields: [
      count('units', 'Places of one customer', policy.customer_units_max),
      count('holds', 'Open holds of one customer', policy.customer_holds_max),
      seconds('hold', 'A hold lasts at most, in seconds', policy.hold_seconds_max),
      seconds('age', 'With extensions, in seconds', policy.hold_age_seconds_max),
      {
        ...{ name: 'refund', label: 'When a paid reservation is cancelled' },
        value: policy.refund_on_cancel,
        options: [
          { value: 'always', name: 'Its payment is due back' },
          { value: 'never', name: 'Nothing is due back' },
        ],
      },
      {
        ...{ name: 'confirms', label: 'The public may confirm' },
        value: policy.storefront_confirms,
        options: [
          { value: 'never', name: 'No' },
          { value: 'free', name: 'Yes, where nothing is paid for' },
        ],
      },
    ],
    asksReason: true,
    act: ({ units, holds, hold, age, refund, confirms, reason }) =>
      client.listings.change(id, {
        policy: {
          customer_units_max: units === undefined ? null : Number(units),
          customer_holds_max: holds === undefined ? null : Number(holds),
          ...{ hold_seconds_max: Number(hold), hold_age_seconds_max: Number(age) },
          refund_on_cancel: refund === 'never' ? 'never' : 'always',
          storefront_confirms: confirms === 'free' ? 'free' : 'never',
        },
        ...given({ reason }),
      }),
    done: () => {
      after()
      const undo = wayBack(
        () => client.listings.change(id, { policy }),
        'The listing allows what it did.',
        after,
      )
      return { text: 'What the listing allows is changed.', undo }
    },
  })
}
