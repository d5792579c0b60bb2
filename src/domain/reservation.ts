/** A reservation as the engine gives it back, and the answers that a request for one can get. */
import type { Line } from './demand.js'
import type { ShortLine } from './verdict.js'

/**
 * `held → confirmed | released | expired`, `confirmed → cancelled`.
 * A reserve without a hold is born `confirmed`.
 */
export const RESERVATION_STATES = ['held', 'confirmed', 'released', 'expired', 'cancelled'] as const

export type ReservationState = (typeof RESERVATION_STATES)[number]

export interface Reservation {
  readonly listingId: string
  readonly reservationId: string
  readonly state: ReservationState
  readonly customer: string
  readonly lines: readonly Line[]
}

/** What a customer asks for: every line, or nothing. */
export interface ReserveRequest {
  readonly listingId: string
  /** Who reserves, for instance an e-mail address; at most `CUSTOMER_LENGTH_MAX` characters. */
  readonly customer: string
  readonly lines: readonly Line[]
}

/** As long as an e-mail address may be (RFC 5321, section 4.5.3.1.3, less the brackets). */
export const CUSTOMER_LENGTH_MAX = 254

// Control characters and lone surrogates: PostgreSQL cannot store them, or nobody can read them.
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u

/** True for text that can name a customer; the empty text names nobody in particular. */
export function isCustomer(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length <= CUSTOMER_LENGTH_MAX && !UNPRINTABLE.test(value)
  )
}

/**
 * A definite no, as a value. Precedence when several apply: `unknown_pool` before
 * `insufficient_capacity`; the latter lists every line that was short.
 */
export type Refusal =
  | { readonly code: 'unknown_pool'; readonly poolIds: readonly string[] }
  | { readonly code: 'insufficient_capacity'; readonly lines: readonly ShortLine[] }

export type ReserveOutcome =
  | {
      readonly kind: 'reserved'
      readonly reservation: Reservation
      /** How often the engine ran the transaction; 1 when nobody was in the way. */
      readonly attempts: number
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly attempts: number }
