/** What somebody who listens to a listing is to be told: as much as its journal says, and no more. */
import { expect } from 'vitest'
import type { EventSnapshot } from '../../../src/domain/event.js'
import type { Database } from '../../../src/storage/driver/database.js'

interface JournalRow {
  readonly kind: string
  readonly subject: string | null
  readonly actor: string | null
  readonly detail: {
    readonly version?: number
    readonly closed?: boolean
    readonly refunds?: readonly { readonly payment_ref: string; readonly becomes: string }[]
  }
}

/** Kinds of the journal that are told under a name of their own. */
const ANNOUNCED: Readonly<Record<string, string>> = {
  held: 'reservation.held',
  confirmed: 'reservation.confirmed',
  released: 'reservation.released',
  expired: 'reservation.expired',
  cancelled: 'reservation.cancelled',
  changed: 'reservation.changed',
  extended: 'reservation.extended',
  capacity_changed: 'capacity.changed',
  block_definite: 'block.definite',
  block_released: 'block.released',
}

/** Kinds of events that commands bring about. */
export const ANNOUNCED_KINDS: readonly string[] = [
  ...Object.values(ANNOUNCED),
  'refund.due',
  'refund.settled',
]

/**
 * Holds the outbox against the journal of a listing that somebody has listened to from its beginning.
 *
 * @returns the kinds of events that there are
 */
export async function expectAnnounced(db: Database, listingId: string): Promise<Set<string>> {
  const entries = await db.query<JournalRow>(
    `select kind, coalesce(reservation_id, pool_id, block_id) as subject, actor, detail
     from journal where listing_id = $1`,
    [listingId],
  )
  const events = await db.query<{
    readonly kind: string
    readonly subject: string
    readonly version: number
    readonly snapshot: EventSnapshot
  }>('select kind, subject_id as subject, version, snapshot from events where listing_id = $1', [
    listingId,
  ])
  const told = events.map(({ kind, subject, version, snapshot }) => {
    const payment = kind.startsWith('refund.') ? ` ${snapshot.payment}` : ''
    return `${subject} ${version} ${kind}${payment}`
  })
  expect(told.sort(), 'what is told is what the journal says').toEqual(
    entries.flatMap(announced).sort(),
  )
  return new Set(events.map(({ kind }) => kind))
}

function announced({ kind, subject, actor, detail }: JournalRow): string[] {
  const told: string[] = []
  const name = ANNOUNCED[kind]
  // A range of a court opens and closes its slot by itself: nobody has changed what there is.
  const isRange = actor === 'system' && detail.closed !== undefined
  if (name !== undefined && !isRange) told.push(`${subject} ${detail.version} ${name}`)
  for (const { payment_ref, becomes } of detail.refunds ?? []) {
    if (becomes === 'withdrawn') continue
    told.push(`${subject} ${detail.version} refund.${becomes} ${payment_ref}`)
  }
  return told
}
