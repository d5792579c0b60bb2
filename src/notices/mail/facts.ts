/** What a mail is about, as it was looked up when the mail is made. Pure. */
import type { CustomerMailKind } from './words.js'

/** A part of what somebody booked. */
export interface BookedPlace {
  /** The resource's name, or the block's. */
  readonly name: string
  readonly quantity: number
  /** The time zone of the place, a name of the tz database. */
  readonly timeZone: string
  /** Undefined for a pool that is bound to no time. */
  readonly time: PlaceTime | undefined
}

export type PlaceTime =
  | { readonly kind: 'slot'; readonly fromMs: number; readonly toMs: number }
  /** With the instants at which the first night begins and the last one ends. */
  | {
      readonly kind: 'stay'
      readonly checkIn: string
      readonly checkOut: string
      readonly fromMs: number
      readonly toMs: number
    }

/** One mail to a customer. */
export interface CustomerFacts {
  readonly kind: CustomerMailKind
  readonly listing: { readonly listingId: string; readonly name: string }
  readonly reservationId: string
  /** Of the reservation: rises with every change. */
  readonly version: number
  readonly atMs: number
  readonly places: readonly BookedPlace[]
  /** What the customer wants to be called, when it is known. */
  readonly name: string | undefined
  /** The payment that is due back; undefined in mails that are not about money. */
  readonly paymentRef: string | undefined
  /** Where the customer can look at the reservation. */
  readonly link: string
}

/** A mail to staff: a block near its cut-off, with what would be given back. */
export interface BlockFacts {
  readonly kind: 'block_cut_off'
  readonly listing: { readonly listingId: string; readonly name: string }
  readonly block: {
    readonly name: string
    /** `YYYY-MM-DD`, like the dates of the first night and of the departure. */
    readonly cutOff: string
    readonly from: string
    readonly to: string
  }
  /** Rooms times nights that nobody has picked up. */
  readonly roomNightsLeft: number
}

/** A mail to staff: notices that are not tried any more. */
export interface DeadLetterFacts {
  readonly kind: 'dead_letters'
  readonly listing: { readonly listingId: string; readonly name: string }
  readonly count: number
  readonly timeZone: string
  readonly sinceMs: number
}

export type MailFacts = CustomerFacts | BlockFacts | DeadLetterFacts
