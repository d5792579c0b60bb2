/** How far a booking is, and the commands that take it further. */
import type { Operations } from 'holdfast/client'
import type { Setback } from './refusals.js'

/** What is held for the reader. */
export interface Held {
  readonly id: string
  readonly token: string
  readonly expiresAtMs: number
  readonly isExtended: boolean
}

export type Stage =
  | { readonly at: 'choosing'; readonly setback?: Setback }
  | { readonly at: 'held'; readonly held: Held; readonly setback?: Setback }
  /** The hold ran out, or was given back by somebody else. */
  | { readonly at: 'lapsed' }
  /** Booked, or left for the shop to confirm: the reservation's own page tells. */
  | { readonly at: 'done'; readonly id: string; readonly token: string }

type Body<Name extends keyof Operations> = Operations[Name]['body']

/** A command whose answer has not come, with the key that it is sent under. */
export type Pending =
  | { readonly kind: 'hold'; readonly key: string; readonly body: HoldBody }
  | { readonly kind: 'extend'; readonly key: string }
  | { readonly kind: 'release'; readonly key: string }
  | {
      readonly kind: 'book'
      readonly detailsKey: string
      readonly key: string
      readonly body: Body<'describeReservation'>
    }

type HoldBody = Body<'createReservation'> & { readonly hold_seconds: number }

/** Long enough to fill in a form, short enough for those who wait. */
export const HOLD_SECONDS = 600
