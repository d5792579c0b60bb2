/** The definite answers to a command. A refusal is a value: it can be pinned to a key and replayed. */

import type { ResourceTime, SlotTime } from '../time/timed-line.js'
import type { Refund } from './refund.js'
import type { CommandKind, Reservation, ReservationState } from './reservation.js'
import type { ShortLine } from './verdict.js'

/**
 * Why not, in order of precedence: when several apply, the caller gets the first of this list.
 *
 * | code | when |
 * |---|---|
 * | `idempotency_in_progress` | the same key is being worked on right now |
 * | `idempotency_key_reused` | the key came before with another command |
 * | `not_found` | there is no such reservation in the listing |
 * | `version_mismatch` | it has changed since the caller looked |
 * | `block_reservation` | it is what a block has of the hotel: the block alone changes it |
 * | `refund_not_due` | no refund of it was ever due |
 * | `refund_ambiguous` | it has had several refunds, and the caller did not say which was paid |
 * | `hold_expired` | the hold's time was up |
 * | `invalid_transition` | it is in a state that does not allow this |
 * | `payment_given_back` | the payment was given back: nothing can be had for it any more |
 * | `ttl_out_of_range` | the hold is to last longer than the listing allows |
 * | `extension_limit` | the hold would become older than the listing allows |
 * | `unknown_resource` | a line names a resource or a block that the listing does not have |
 * | `block_not_open` | a stay names a block that is not definite, or past its cut-off |
 * | `nights_not_on_sale` | the resource is not sold for these nights, not any more, or not yet |
 * | `minimum_stay` | a guest who arrives on this date has to stay longer |
 * | `maximum_stay` | a guest who arrives on this date cannot stay as long |
 * | `closed_to_arrival` | nobody arrives on this date |
 * | `closed_to_departure` | nobody leaves on this date |
 * | `not_offered` | the resource is not sold for this time, not any more, or not yet |
 * | `slot_taken` | the slot, or some of the time, is booked |
 * | `hold_limit` | the customer has as many open holds as the listing allows |
 * | `customer_limit` | the customer would have more units than the listing allows |
 * | `archived` | the listing, or the resource of a line, is not sold any more |
 * | `unknown_pool` | a line names a pool that the listing does not have |
 * | `exceeds_capacity` | a line wants more than its pool ever has: a second try is futile |
 * | `insufficient_capacity` | not enough is left; every short line is listed |
 * | `capacity_gone` | a payment came after the hold had ended and the units are gone |
 */
export type Refusal =
  | { readonly code: 'idempotency_in_progress' | 'idempotency_key_reused' }
  | { readonly code: 'not_found' }
  | {
      readonly code: 'version_mismatch'
      readonly expectedVersion: number
      readonly version: number
    }
  | { readonly code: 'refund_not_due' }
  | { readonly code: 'refund_ambiguous'; readonly paymentRefs: readonly string[] }
  | { readonly code: 'payment_given_back'; readonly paymentRef: string }
  | { readonly code: 'hold_expired' }
  | {
      readonly code: 'invalid_transition'
      readonly command: CommandKind
      readonly state: ReservationState
    }
  | { readonly code: 'block_reservation' }
  | { readonly code: 'unknown_resource'; readonly resourceIds: readonly string[] }
  | { readonly code: 'block_not_open'; readonly blockIds: readonly string[] }
  | {
      readonly code: 'nights_not_on_sale'
      readonly nights: readonly { readonly resourceId: string; readonly night: string }[]
    }
  | {
      readonly code: 'minimum_stay'
      readonly resourceId: string
      /** The date of arrival. */
      readonly night: string
      readonly minimumStay: number
      readonly stayed: number
    }
  | {
      readonly code: 'maximum_stay'
      readonly resourceId: string
      /** The date of arrival. */
      readonly night: string
      readonly maximumStay: number
      readonly stayed: number
    }
  | {
      readonly code: 'closed_to_arrival' | 'closed_to_departure'
      readonly resourceId: string
      /** The date of arrival or departure. */
      readonly night: string
    }
  | {
      readonly code: 'not_offered'
      readonly slots: readonly ResourceTime[]
      /** A sentence for the caller. */
      readonly reason: string
    }
  | {
      readonly code: 'slot_taken'
      /** Those that the caller wanted and that are booked. */
      readonly slots: readonly SlotTime[]
      /** Some that were free a moment ago, the nearest first. */
      readonly suggestions: readonly SlotTime[]
    }
  | { readonly code: 'ttl_out_of_range'; readonly ttlMsMax: number }
  | { readonly code: 'extension_limit'; readonly latestMs: number }
  | { readonly code: 'hold_limit'; readonly limit: number; readonly holds: number }
  | {
      readonly code: 'customer_limit'
      readonly limit: number
      readonly units: number
      readonly requested: number
    }
  /** The pools that would have been taken of. */
  | { readonly code: 'archived'; readonly poolIds: readonly string[] }
  | { readonly code: 'unknown_pool'; readonly poolIds: readonly string[] }
  | {
      readonly code: 'exceeds_capacity' | 'insufficient_capacity'
      readonly lines: readonly ShortLine[]
    }
  | {
      readonly code: 'capacity_gone'
      /** False once the money was given back. */
      readonly refundDue: boolean
      readonly paymentRef: string
    }

export type RefusalCode = Refusal['code']

export type Outcome =
  | {
      readonly kind: 'done'
      readonly reservation: Reservation
      /** A payment came after the hold's time, and the units were still to be had. */
      readonly reacquired?: true
      /** The refund that was settled, now or before. */
      readonly refund?: Refund
    }
  | {
      readonly kind: 'refused'
      readonly refusal: Refusal
      /** The payment that the command carried, when it is due back now. */
      readonly refundOf?: string
    }

export function done(
  reservation: Reservation,
  reacquired = false,
): Extract<Outcome, { kind: 'done' }> {
  return reacquired ? { kind: 'done', reservation, reacquired } : { kind: 'done', reservation }
}

export function refused(refusal: Refusal): Outcome {
  return { kind: 'refused', refusal }
}
