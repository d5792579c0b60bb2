/** What mails say: a language that lacks a sentence of these does not compile. */

/** Mails to whoever booked. */
export const CUSTOMER_MAILS = [
  'confirmed',
  'changed',
  'cancelled',
  'expired',
  'released',
  'refund_due',
] as const

/** Mails to whoever runs the shop. */
export const STAFF_MAILS = ['block_cut_off', 'dead_letters'] as const

export type CustomerMailKind = (typeof CUSTOMER_MAILS)[number]
export type StaffMailKind = (typeof STAFF_MAILS)[number]
export type MailKind = CustomerMailKind | StaffMailKind

/** The sentences of one mail to a customer. */
export interface MailSentences {
  /** One word or two for what happened. */
  readonly state: string
  /** @param what what it is about, for instance `Turf, 4 December, 18:00`; empty when nothing is known of it */
  subject(what: string): string
  readonly heading: string
  readonly text: string
  /** Follows the text when an invitation is attached; empty for mails that never have one. */
  readonly calendar: string
}

export interface MailWords {
  /** For dates when the customer's own locale is another language's, or unknown. */
  readonly locale: string
  readonly customer: { readonly [Kind in CustomerMailKind]: MailSentences }
  readonly blockCutOff: {
    readonly state: string
    subject(block: string, date: string): string
    readonly heading: string
    text(rooms: number): string
    readonly block: string
    readonly cutOff: string
    readonly nights: string
    readonly left: string
  }
  readonly deadLetters: {
    readonly state: string
    subject(count: number): string
    readonly heading: string
    readonly text: string
    readonly undelivered: string
    readonly since: string
  }
  /** @param name undefined when it is not known */
  greeting(name: string | undefined): string
  nights(count: number): string
  /** A span of time; both ends are written out. */
  span(from: string, to: string): string
  readonly reservation: string
  readonly payment: string
  /** Why this mail came. */
  footer(listing: string): string
  staffFooter(listing: string): string
}
