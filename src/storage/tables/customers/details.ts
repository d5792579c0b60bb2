/** Statements on `contacts` and `reservation_metadata`: what rides on a reservation and decides nothing. */
import {
  CONTACT_FIELDS,
  type Contact,
  type Details,
  hasContact,
  type Metadata,
  NO_DETAILS,
} from '../../../domain/reservation/details.js'
import type { Tx } from '../../driver/database.js'
import { insertion } from '../../driver/insertion.js'
import { sql } from '../../driver/statement.js'

/** Two expressions of SQL, `contact` and `metadata`: both null for a reservation without any. */
export function detailsColumns(reservations: string): string {
  return `(
           select json_strip_nulls(json_build_object(
             ${CONTACT_FIELDS.map((field) => `'${field}', contacts.${field}`).join(', ')}
           ))
           from contacts
           where contacts.listing_id = $1
             and contacts.reservation_id = ${reservations}.reservation_id
         ) as contact,
         (
           select json_object_agg(pairs.key, pairs.value order by pairs.key collate "C")
           from reservation_metadata as pairs
           where pairs.listing_id = $1
             and pairs.reservation_id = ${reservations}.reservation_id
         ) as metadata`
}

/** What `detailsColumns` come to. */
export interface DetailsColumns {
  readonly contact: Contact | null
  readonly metadata: Metadata | null
}

export function detailsIn({ contact, metadata }: DetailsColumns): Details {
  if (contact === null && metadata === null) return NO_DETAILS
  return { contact: contact ?? {}, metadata: metadata ?? {} }
}

const READ = sql('details.read')`
  select wanted.reservation_id as "reservationId",
         ${detailsColumns('wanted')}
  from unnest($2::uuid[]) as wanted (reservation_id)`

/** By reservation; those that have no details are left out. */
export type DetailsOf = ReadonlyMap<string, Details>

export async function readDetails(
  tx: Pick<Tx, 'query'>,
  listingId: string,
  reservationIds: readonly string[],
): Promise<DetailsOf> {
  const values = [listingId, reservationIds]
  const rows = await tx.query<DetailsColumns & { reservationId: string }>(READ, values)
  const found = rows.filter(({ contact, metadata }) => contact !== null || metadata !== null)
  return new Map(found.map((row) => [row.reservationId, detailsIn(row)]))
}

/** Details that a reservation has from now on. */
export interface WrittenDetails {
  readonly reservationId: string
  readonly details: Details
  /** True: there may be others, which these replace. */
  readonly replaces: boolean
}

const insertContacts = insertion<WrittenDetails>(
  'contacts',
  [
    ['reservation_id', 'uuid', ({ reservationId }) => reservationId],
    ['name', 'text', ({ details }) => details.contact.name ?? null],
    ['email', 'text', ({ details }) => details.contact.email ?? null],
    ['phone', 'text', ({ details }) => details.contact.phone ?? null],
    ['locale', 'text', ({ details }) => details.contact.locale ?? null],
    ['note', 'text', ({ details }) => details.contact.note ?? null],
  ],
  'details.insert_contacts',
)

interface Pair {
  readonly reservationId: string
  readonly key: string
  readonly value: string
}

const insertMetadata = insertion<Pair>(
  'reservation_metadata',
  [
    ['reservation_id', 'uuid', ({ reservationId }) => reservationId],
    ['key', 'text', ({ key }) => key],
    ['value', 'text', ({ value }) => value],
  ],
  'details.insert_metadata',
)

const DELETE_CONTACTS = sql('details.delete_contacts')`
  delete from contacts
  where listing_id = $1
    and reservation_id = any($2::uuid[])`

const DELETE_METADATA = sql('details.delete_metadata')`
  delete from reservation_metadata
  where listing_id = $1
    and reservation_id = any($2::uuid[])`

/** Writes details: nothing at all for reservations that have none. The reservations are locked, or new. */
export function sendDetails(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  written: readonly WrittenDetails[],
): void {
  if (written.length === 0) return
  const replaced = written.filter(({ replaces }) => replaces)
  sendDetailsErased(
    tx,
    listingId,
    replaced.map(({ reservationId }) => reservationId),
  )
  const reachable = written.filter(({ details }) => hasContact(details))
  insertContacts(tx, listingId, reachable)
  const pairs = written.flatMap(({ reservationId, details }) =>
    Object.entries(details.metadata).map(([key, value]): Pair => ({ reservationId, key, value })),
  )
  insertMetadata(tx, listingId, pairs)
}

/** Leaves nothing of the details of some reservations. */
export function sendDetailsErased(
  tx: Pick<Tx, 'send'>,
  listingId: string,
  reservationIds: readonly string[],
): void {
  if (reservationIds.length === 0) return
  const values = [listingId, reservationIds]
  tx.send(DELETE_CONTACTS, values)
  tx.send(DELETE_METADATA, values)
}
