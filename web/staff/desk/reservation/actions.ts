/** What staff do with a reservation. Each asks first; a reason goes to the journal. */
import type { Reservation } from 'holdfast/client'
import { client } from '../../api.js'
import { ask } from '../../shell/ask.js'
import type { PartProps } from './props.js'

const SECONDS_PER_MINUTE = 60

/** Who decides has seen this version: another one is looked at first. */
const seen = ({ version }: Reservation) => ({ ifMatch: version })

const because = (reason: string | undefined) => (reason === undefined ? {} : { reason })

export function confirm({ listing, reservation, after }: PartProps): void {
  ask({
    title: 'Confirm this reservation?',
    text: `It is ${reservation.customer}’s from then on, and no longer runs out.`,
    yes: 'Confirm',
    fields: [
      {
        name: 'payment_ref',
        label: 'Payment',
        hint: 'The reference of the payment provider. With one, even a hold that ran out is confirmed if its places are free.',
        isOptional: true,
      },
    ],
    asksReason: true,
    act: ({ payment_ref, reason }) =>
      client.reservations.confirm(
        listing.id,
        reservation.id,
        { ...(payment_ref === undefined ? {} : { payment_ref }), ...because(reason) },
        // A hold that ran out has another version by then, and its payment counts all the same.
        payment_ref === undefined ? seen(reservation) : {},
      ),
    refused: after,
    done: ({ customer }) => {
      after()
      return `Confirmed for ${customer}.`
    },
  })
}

export function release({ listing, reservation, after }: PartProps): void {
  ask({
    title: 'Release this hold?',
    text: `${reservation.customer} loses it, and its places are free for everybody at once. There is no way back.`,
    yes: 'Release',
    isDanger: true,
    asksReason: true,
    act: ({ reason }) =>
      client.reservations.release(listing.id, reservation.id, {
        ...seen(reservation),
        ...because(reason),
      }),
    refused: after,
    done: ({ customer }) => {
      after()
      return `The hold of ${customer} was released.`
    },
  })
}

export function cancel({ listing, reservation, after }: PartProps): void {
  const { payment_ref } = reservation
  const isOwed = payment_ref !== null && listing.policy.refund_on_cancel === 'always'
  ask({
    title: 'Cancel this reservation?',
    text: `${reservation.customer} loses it, and its places are free for everybody at once. ${
      isOwed ? `Payment ${payment_ref} is due back then. ` : ''
    }There is no way back.`,
    yes: 'Cancel the reservation',
    isDanger: true,
    asksReason: true,
    act: ({ reason }) =>
      client.reservations.cancel(listing.id, reservation.id, {
        ...seen(reservation),
        ...because(reason),
      }),
    refused: after,
    done: ({ customer, refund_due }) => {
      after()
      const owed = refund_due ? ' A payment is due back.' : ''
      return `The reservation of ${customer} was cancelled.${owed}`
    },
  })
}

export function extend({ listing, reservation, after }: PartProps): void {
  const minutesMax = Math.floor(listing.policy.hold_seconds_max / SECONDS_PER_MINUTE)
  ask({
    title: 'Let this hold last longer?',
    text: 'It lasts that long from now on, and nobody else can have its places meanwhile.',
    yes: 'Extend',
    fields: [
      {
        name: 'minutes',
        label: 'Minutes from now',
        type: 'number',
        value: String(Math.max(1, Math.min(15, minutesMax))),
        min: 1,
        max: Math.max(1, minutesMax),
      },
    ],
    asksReason: true,
    act: ({ minutes, reason }) =>
      client.reservations.extend(
        listing.id,
        reservation.id,
        { hold_seconds: Number(minutes) * SECONDS_PER_MINUTE, ...because(reason) },
        seen(reservation),
      ),
    refused: after,
    done: (_reservation, { minutes }) => {
      after()
      return `The hold lasts for ${minutes} more minutes.`
    },
  })
}
