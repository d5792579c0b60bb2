/** What a reservation is, and what may become of it. */
import { HoldfastError } from '../errors.js'
import { normalCustomer } from './customer.js'
import type { Line } from './demand.js'

/**
 * `held → confirmed | released | expired`, `confirmed → cancelled`.
 * A reserve without a hold begins as `confirmed`; a payment that comes too late may make an
 * `expired` one `confirmed` after all.
 */
export const RESERVATION_STATES = ['held', 'confirmed', 'released', 'expired', 'cancelled'] as const

export type ReservationState = (typeof RESERVATION_STATES)[number]

/** The states in which a reservation's units are taken. */
export const ACTIVE_STATES: readonly ReservationState[] = ['held', 'confirmed']

/** What the engine can do; `Command` says what each means. */
export type CommandKind =
  | 'reserve'
  | 'hold'
  | 'confirm'
  | 'release'
  | 'cancel'
  | 'extend'
  | 'change'
  | 'describe'
  | 'expire'
  | 'settle_refund'

/** A line as the database has it. */
export interface ReservationLine extends Line {
  readonly lineNo: number
}

/** A reservation with its current lines; times are milliseconds since 1970 by the database clock. */
export interface Reservation {
  readonly reservationId: string
  readonly state: ReservationState
  readonly customer: string
  /** What it is for now, or was for when it ended; one line per pool. */
  readonly lines: readonly ReservationLine[]
  /** Rises by one with every change; 1 when new. */
  readonly version: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** When a hold ends; null once it is no longer `held`. */
  readonly expiresAtMs: number | null
  /** The payment that confirmed it. */
  readonly paymentRef: string | null
  /** The seller has to give money back: a payment was refused, or what it paid for was cancelled. */
  readonly refundDue: boolean
  /** How many lines it ever had: the next one gets this number plus one. */
  readonly lineCount: number
}

/** What a listing allows; null means no limit. */
export interface ListingPolicy {
  /** Units that one customer may have, held and confirmed together. */
  readonly customerUnitsMax: number | null
  /** Holds that one customer may have open at once. */
  readonly customerHoldsMax: number | null
  /** The longest that a hold may last, in milliseconds. */
  readonly holdTtlMsMax: number
  /** How old a hold may become by extending it, in milliseconds since it was made. */
  readonly holdAgeMsMax: number
  /** Whether the money is due back when what it paid for is cancelled. */
  readonly refundOnCancel: RefundOnCancel
}

export const REFUNDS_ON_CANCEL = ['always', 'never'] as const

export type RefundOnCancel = (typeof REFUNDS_ON_CANCEL)[number]

/** Who may confirm with a storefront's key: nobody, or whoever holds, because nothing is paid for. */
export type StorefrontConfirms = 'never' | 'free'

/** All that a seller decides about a listing: what its customers may have, and what its storefront may. */
export interface ListingTerms extends ListingPolicy {
  /** Default `never`. */
  readonly storefrontConfirms: StorefrontConfirms
}

/** What a customer has in a listing: overdue holds do not count. */
export interface CustomerUsage {
  readonly units: number
  readonly holds: number
}

/** The most lines that a reservation may have had, replaced ones included: as far as they are numbered. */
export const LINES_EVER_MAX = 32_767

/** As long as an e-mail address may be (RFC 5321, section 4.5.3.1.3, less the brackets). */
export const CUSTOMER_LENGTH_MAX = 254

// Control characters, lone surrogates and marks that turn the direction of text: PostgreSQL cannot
// store them, or a reader would misread them.
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/**
 * True for one line of text that can be stored, read and put into a log.
 *
 * @param lengthMax in characters as Unicode numbers them (code points), which is how PostgreSQL and JSON
 * Schema count too. JavaScript's `length` would count most emoji twice. What a reader sees as one sign
 * may be several: a family of three has five.
 */
export function isPlainText(value: unknown, lengthMax: number): value is string {
  return typeof value === 'string' && hasAtMost(value, lengthMax) && !UNPRINTABLE.test(value)
}

function hasAtMost(text: string, lengthMax: number): boolean {
  // A character has one or two units, so most texts need no counting.
  if (text.length <= lengthMax) return true
  return text.length <= 2 * lengthMax && [...text].length <= lengthMax
}

/** The longest name of a listing, a resource, a block or a key, in characters. */
export const NAME_LENGTH_MAX = 200

/**
 * @param whose completes "… name has": `a listing's`
 * @throws HoldfastError `invalid_input`
 */
export function checkName(whose: string, name: string): void {
  if (name !== '' && isPlainText(name, NAME_LENGTH_MAX)) return
  throw new HoldfastError(
    'invalid_input',
    `${whose} name has 1 to ${NAME_LENGTH_MAX} printable characters`,
  )
}

/**
 * True for text that can name a customer, once it is in its normal form; the empty text stands for an
 * unnamed customer, text that nobody sees for none.
 */
export function isCustomer(value: unknown): value is string {
  if (!isPlainText(value, CUSTOMER_LENGTH_MAX)) return false
  const form = normalCustomer(value)
  return hasAtMost(form, CUSTOMER_LENGTH_MAX) && (form !== '' || value === '')
}

/** The customer that a block is to the hotel. */
export function blockCustomer(blockId: string): string {
  return `block:${blockId}`
}

const BLOCK_CUSTOMER = /^block:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** True for a name that only a block has: no other customer may have it. */
export function isBlockCustomer(customer: string): boolean {
  return BLOCK_CUSTOMER.test(customer)
}

/** True for a hold whose time is up, whether or not anybody has tidied it away. */
export function isOverdue(
  reservation: Pick<Reservation, 'state' | 'expiresAtMs'>,
  nowMs: number,
): boolean {
  const { state, expiresAtMs } = reservation
  return state === 'held' && expiresAtMs !== null && expiresAtMs <= nowMs
}
