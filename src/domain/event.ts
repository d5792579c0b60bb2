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
  return entries.flatMap((entry) => {
    if ('reservation' in entry) return eventsOfReservation(entry)
    if (entry.kind === 'capacity_changed') return eventsOfPool(entry)
    if (entry.kind === 'block_definite' || entry.kind === 'block_released') {
      return eventsOfBlock(entry)
    }
    return []
  })
}

/** Two of a cancellation whose payment is due back: that it was cancelled, and then that it is due. */
function eventsOfReservation({ kind, reservation, refunds, by }: ReservationEntry): NewEvent[] {
  const { reservationId, version, state, customer, lines, expiresAtMs, paymentRef } = reservation
  const common = {
    ...(state === undefined ? {} : { state }),
    ...(customer === undefined ? {} : { customer }),
    lines: (lines ?? []).map(({ poolId, quantity }) => ({ poolId, quantity })),
    ...attributed(by),
  }
  const event = (what: EventKind, payment: string | null, more: EventSnapshot = {}) => ({
    ...{ kind: what, subjectId: reservationId, version },
    snapshot: { ...common, ...(payment === null ? {} : { payment }), ...more },
  })
  const events: Omit<NewEvent, 'eventId'>[] = []
  const plain = PLAIN_KINDS[kind]
  if (plain !== undefined) {
    events.push(event(plain, paymentRef, expiresAtMs === null ? {} : { expiresAtMs }))
  }
  for (const { becomes, refund } of refunds) {
    const what = REFUND_KINDS[becomes]
    if (what !== undefined) events.push(event(what, refund.paymentRef))
  }
  // Of one version the lower id is told first.
  const ids = events.map(() => newId()).sort()
  return events.map((each, i) => ({ eventId: ids[i] ?? '', ...each }))
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
function eventsOfPool({ poolId, version, from, to, closed, by }: CapacityEntry): NewEvent[] {
  if (by?.actor === 'system' && closed !== undefined) return []
  const snapshot = { capacity: { from, to }, ...attributed(by) }
  return [{ eventId: newId(), kind: 'capacity.changed', subjectId: poolId, version, snapshot }]
}

function eventsOfBlock({ kind, blockId = '', version, by }: SettingsEntry): NewEvent[] {
  const what = kind === 'block_definite' ? 'block.definite' : 'block.released'
  const snapshot = attributed(by)
  return [{ eventId: newId(), kind: what, subjectId: blockId, version, snapshot }]
}

function attributed(by: JournalEntry['by']): EventSnapshot {
  return {
    ...(by?.actor == null ? {} : { actor: by.actor }),
    ...(by?.reason == null ? {} : { reason: by.reason }),
  }
}
