/** What is told of events: mailboxes, webhooks. The dispatcher knows channels by this alone. */
import type { OutboxEvent } from '../../domain/event.js'

/** Something outside that is told of events. */
export interface Channel {
  /** `email`, `webhook`: the prefix of its destinations and the label of its metrics. */
  readonly name: string
  /** Under this destination it hears of every listing; default: others make it a listener. */
  readonly everyListing?: string
  /**
   * Where the event has to go, as names that are stable over time: `email:customer`, `webhook:<endpoint id>`.
   *
   * @param together the same for all events that were found before this look, and for no others: what is
   * looked up for one of them is right for all, and may be remembered under it
   */
  destinationsOf(event: OutboxEvent, together?: object): Promise<readonly string[]>
  /** Tells one destination; resolves with what came of it, rejects only for a fault of ours. */
  deliver(
    event: OutboxEvent,
    destination: string,
    attempt: DeliveryAttempt,
  ): Promise<DeliveryResult>
}

export interface DeliveryAttempt {
  readonly deliveryId: string
  readonly number: number
  readonly signal: AbortSignal
}

export type DeliveryResult =
  | { readonly kind: 'delivered'; readonly status?: number; readonly answer?: string }
  | {
      readonly kind: 'failed'
      readonly again: boolean
      readonly reason: string
      readonly status?: number
      readonly answer?: string
    }
  /** Nobody is there to be told: no address, an endpoint that is gone. */
  | { readonly kind: 'needless' }
