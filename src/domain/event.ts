/** What the outbox tells: events, written in the transaction that they tell of. Pure. */
import { newId } from './ids.js'
import type { CapacityEntry, JournalEntry, ReservationEntry, SettingsEntry } from './journal.js'
import type { ReservationState } from './reservation/reservation.js'

export const EVENT_KINDS = [
  'reservation.held',
  'reservation.confirmed',
  'reservation.released',
  'reservation.expired',
  'reservation.cancelled',
  'reservation.changed',
  'reservation.extended',
  'refund.due',
  'refund.settled',
  'block.definite',
  'block.released',
  'block.closing',
  'capacity.changed',
  'delivery.dead',
] as const

export type EventKind = (typeof EVENT_KINDS)[number]

/** What one endpoint is sent to see whether it hears: nothing has happened. */
export const TEST_KIND = 'webhook.test'

/** What was so at the time of the event. Of a person it has no more than the reservation's `customer`. */
export interface EventSnapshot {
  readonly state?: ReservationState
  readonly customer?: string
  readonly lines?: readonly { readonly poolId: string; readonly quantity: number }[]
  /** When a hold ends, in milliseconds since 1970. */
  readonly expiresAtMs?: number
  /** The payment that confirmed the reservation, or the one that is due back. */
  readonly payment?: string
  /** Of a pool: what it had, and what it has from now on. */
  readonly capacity?: { readonly from: number; readonly to: number }
  readonly actor?: string
  readonly reason?: string
}

export interface OutboxEvent {
  /** Stable over every delivery: a message's id is made of it. */
  readonly eventId: string
  readonly kind: EventKind
  readonly listingId: string
  /** The reservation, the block or the pool: order is kept for each and for each destination. */
  readonly subjectId: string
  /** The subject's, which the change brought about. */
  readonly version: number
  readonly atMs: number
  readonly snapshot: EventSnapshot
}

/** An event that is to be written; the database says at what time it was. */
export type NewEvent = Omit<OutboxEvent, 'listingId' | 'atMs'>

/** The events that tell of what is written to the journal. */
export function eventsOf(entries: readonly JournalEntry[]): NewEvent[] {
  const events: NewEvent[] = []
  for (const entry of entries) {
    if ('reservation' in entry) addOfReservation(events, entry)
    else if (entry.kind === 'capacity_changed') addOfPool(events, entry)
    else if (entry.kind === 'block_definite' || entry.kind === 'block_released') {
      addOfBlock(events, entry)
    }
  }
  return events
}

/** Two of a cancellation whose payment is due back: that it was cancelled, and then that it is due. */
function addOfReservation(events: NewEvent[], entry: ReservationEntry): void {
  const { expiresAtMs, paymentRef } = entry.reservation
  const plain = PLAIN_KINDS[entry.kind]
  let eventId = newId()
  if (plain !== undefined) events.push(eventOf(entry, eventId, plain, paymentRef, expiresAtMs))
  for (const { becomes, refund } of entry.refunds) {
    const kind = REFUND_KINDS[becomes]
    if (kind === undefined) continue
    // Of one version the lower id is told first.
    eventId = idAfter(eventId)
    events.push(eventOf(entry, eventId, kind, refund.paymentRef, null))
  }
}

/** A hot pool writes thousands in a second: each is put together without anything in between. */
function eventOf(
  { reservation, by }: ReservationEntry,
  eventId: string,
  kind: EventKind,
  payment: string | null,
  expiresAtMs: number | null,
): NewEvent {
  const { reservationId: subjectId, version, state, customer, lines = [] } = reservation
  const snapshot: { -readonly [Member in keyof EventSnapshot]: EventSnapshot[Member] } = {
    lines: lines.map(({ poolId, quantity }) => ({ poolId, quantity })),
  }
  if (state !== undefined) snapshot.state = state
  if (customer !== undefined) snapshot.customer = customer
  if (by?.actor != null) snapshot.actor = by.actor
  if (by?.reason != null) snapshot.reason = by.reason
  if (payment !== null) snapshot.payment = payment
  if (expiresAtMs !== null) snapshot.expiresAtMs = expiresAtMs
  return { eventId, kind, subjectId, version, snapshot }
}

/** Ids of one millisecond are in no order: one of the next. */
function idAfter(id: string): string {
  return newId(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) + 1)
}

const PLAIN_KINDS: { readonly [Kind in ReservationEntry['kind']]?: EventKind } = {
  held: 'reservation.held',
  confirmed: 'reservation.confirmed',
  released: 'reservation.released',
  expired: 'reservation.expired',
  cancelled: 'reservation.cancelled',
  changed: 'reservation.changed',
  extended: 'reservation.extended',
}

const REFUND_KINDS: Readonly<Record<string, EventKind | undefined>> = {
  due: 'refund.due',
  settled: 'refund.settled',
}

/** None of the pools that ranges open and close by themselves: their court has one place, as ever. */
function addOfPool(events: NewEvent[], entry: CapacityEntry): void {
  const { poolId, version, from, to, closed, by } = entry
  if (by?.actor === 'system' && closed !== undefined) return
  const snapshot = { capacity: { from, to }, ...attributed(by) }
  events.push({
    ...{ eventId: newId(), kind: 'capacity.changed', subjectId: poolId },
    version,
    snapshot,
  })
}

function addOfBlock(events: NewEvent[], { kind, blockId = '', version, by }: SettingsEntry): void {
  const what = kind === 'block_definite' ? 'block.definite' : 'block.released'
  const snapshot = attributed(by)
  events.push({ ...{ eventId: newId(), kind: what, subjectId: blockId }, version, snapshot })
}

function attributed(by: JournalEntry['by']): EventSnapshot {
  return {
    ...(by?.actor == null ? {} : { actor: by.actor }),
    ...(by?.reason == null ? {} : { reason: by.reason }),
  }
}
