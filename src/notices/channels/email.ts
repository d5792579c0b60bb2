/**
 * E-mail: who is told of which event, and what. Names, times and addresses are looked up when a mail
 * is made, so that no event and no delivery keeps them.
 */
import type { EventKind, OutboxEvent } from '../../domain/event.js'
import { isAddress } from '../../domain/reservation/address.js'
import { isBlockCustomer } from '../../domain/reservation/reservation.js'
import type { Tx } from '../../storage/driver/database.js'
import {
  readBlockLeft,
  readDeadLetters,
  readMaker,
  readPoolsNamed,
} from '../../storage/reads/mail-facts.js'
import { type ReservationNow, readReservation } from '../../storage/reads/reservations.js'
import { readBlock } from '../../storage/tables/blocks.js'
import { readListing } from '../../storage/tables/listings.js'
import type { Sender } from '../mail/address.js'
import { hasInvitation, invitationOf } from '../mail/calendar.js'
import type {
  BlockFacts,
  BookedPlace,
  CustomerFacts,
  DeadLetterFacts,
  MailFacts,
} from '../mail/facts.js'
import { type Language, languageOf, wordsOf } from '../mail/languages.js'
import { messageOf } from '../mail/message.js'
import { placesOf } from '../mail/places.js'
import type { SendMail } from '../mail/smtp.js'
import type { MailTemplates } from '../mail/template-folder.js'
import { viewOf } from '../mail/view.js'
import type { CustomerMailKind } from '../mail/words.js'
import type { Channel } from './channel.js'

export interface EmailOptions {
  readonly db: Pick<Tx, 'query'>
  readonly send: SendMail
  readonly from: Sender
  /** Where staff is told; undefined tells them nothing. */
  readonly staff: string | undefined
  /** Of staff, and of customers who have said none that there is. */
  readonly language: Language
  readonly templates: MailTemplates
  /** Where the customer can look at a reservation. */
  linkOf(listingId: string, reservationId: string): Promise<string>
}

const CUSTOMER = 'email:customer'
const STAFF = 'email:staff'
const STAFF_KINDS: ReadonlySet<EventKind> = new Set(['block.closing', 'delivery.dead'])

/** What the customer is told of. Of a hold that is made or extended nobody is: they look at the page. */
const MAILS: { readonly [Kind in EventKind]?: CustomerMailKind } = {
  'reservation.confirmed': 'confirmed',
  'reservation.changed': 'changed',
  'reservation.cancelled': 'cancelled',
  'reservation.expired': 'expired',
  'reservation.released': 'released',
  'refund.due': 'refund_due',
}

export function createEmailChannel(options: EmailOptions): Channel {
  const { send, from, staff, templates } = options
  return {
    name: 'email',
    everyListing: CUSTOMER,
    async destinationsOf(event) {
      if (STAFF_KINDS.has(event.kind)) return staff === undefined ? [] : [STAFF]
      return mailOf(event) === undefined ? [] : [CUSTOMER]
    },
    async deliver(event, destination, { signal }) {
      const deliverable =
        destination === STAFF ? await toStaff(options, event) : await toCustomer(options, event)
      if (deliverable === undefined) return { kind: 'needless' }
      const { facts, to, locale } = deliverable
      const reading = languageOf(locale, options.language)
      const { language } = reading
      const isInvited = 'places' in facts && hasInvitation(facts)
      const view = viewOf(facts, { ...reading, words: wordsOf(language) }, isInvited)
      const message = await messageOf({
        ...templates.render(facts.kind, language, view),
        eventId: event.eventId,
        subjectId: event.subjectId,
        from,
        to,
        language,
        invitation: 'places' in facts ? invitationOf(facts, view, { from, to }) : undefined,
        atMs: Date.now(),
      })
      return send({ from: from.address, to, message }, signal)
    },
  }
}

/** A mail that somebody is to get. */
interface Deliverable {
  readonly facts: MailFacts
  readonly to: string
  readonly locale: string | undefined
}

/** Undefined when there is nothing to say any more, or nobody to hear it. */
async function toStaff(
  { db, staff }: EmailOptions,
  { kind, listingId, subjectId }: OutboxEvent,
): Promise<Deliverable | undefined> {
  const row = await readListing(db, listingId)
  if (staff === undefined || row === undefined) return undefined
  const listing = { listingId, name: row.name }
  if (kind === 'block.closing') {
    const [block, roomNightsLeft] = await Promise.all([
      readBlock(db, listingId, subjectId),
      readBlockLeft(db, listingId, subjectId),
    ])
    if (block?.state !== 'definite' || roomNightsLeft === 0) return undefined
    const facts: BlockFacts = { kind: 'block_cut_off', listing, block, roomNightsLeft }
    return { facts, to: staff, locale: undefined }
  }
  const { count, sinceMs } = await readDeadLetters(db, listingId)
  if (sinceMs === null) return undefined
  const { timeZone } = row
  const facts: DeadLetterFacts = { kind: 'dead_letters', listing, count, timeZone, sinceMs }
  return { facts, to: staff, locale: undefined }
}

async function toCustomer(
  options: EmailOptions,
  event: OutboxEvent,
): Promise<Deliverable | undefined> {
  const kind = mailOf(event)
  if (kind === undefined) return undefined
  const to = await recipientOf(options, event)
  if (to === undefined) return undefined
  if (kind === 'released' && (await isOwnDoing(options.db, event))) return undefined
  const facts = await customerFacts(options, kind, event, to)
  return facts && { facts, to: to.address, locale: to.reservation.contact?.locale }
}

/** Undefined for what no customer is told of: a block's rooms, and changes of what is only held. */
function mailOf({ kind, snapshot }: OutboxEvent): CustomerMailKind | undefined {
  if (isBlockCustomer(snapshot.customer ?? '')) return undefined
  if (kind === 'reservation.changed' && snapshot.state !== 'confirmed') return undefined
  return MAILS[kind]
}

interface Recipient {
  readonly address: string
  readonly reservation: ReservationNow
}

/**
 * The contact's address; where it has none the customer, who is an address as a rule. Both as they are
 * now: who was corrected is told where they are, and who was erased is told nothing.
 */
async function recipientOf(
  { db }: EmailOptions,
  { listingId, subjectId }: OutboxEvent,
): Promise<Recipient | undefined> {
  const reservation = await readReservation(db, listingId, subjectId)
  if (reservation === undefined || isBlockCustomer(reservation.customer)) return undefined
  const address = reservation.contact?.email ?? reservation.customer
  return isAddress(address) ? { address, reservation } : undefined
}

/** Whether whoever made a hold has given it up: that is no news to them. */
async function isOwnDoing(
  db: Pick<Tx, 'query'>,
  { listingId, subjectId, snapshot }: OutboxEvent,
): Promise<boolean> {
  const maker = await readMaker(db, listingId, subjectId)
  return maker !== undefined && maker === snapshot.actor
}

async function customerFacts(
  { db, linkOf }: EmailOptions,
  kind: CustomerMailKind,
  { listingId, subjectId, version, atMs, snapshot }: OutboxEvent,
  { reservation }: Recipient,
): Promise<CustomerFacts | undefined> {
  const listing = await readListing(db, listingId)
  if (listing === undefined) return undefined
  // What happened to money alone does not say what was booked.
  const lines = snapshot.lines?.length ? snapshot.lines : reservation.lines
  const paymentRef = kind === 'refund_due' ? snapshot.payment : undefined
  return {
    kind,
    listing: { listingId, name: listing.name },
    reservationId: subjectId,
    version,
    atMs,
    places: await bookedPlaces(db, listingId, lines),
    name: reservation.contact?.name,
    paymentRef,
    link: await linkOf(listingId, subjectId),
  }
}

async function bookedPlaces(
  db: Pick<Tx, 'query'>,
  listingId: string,
  lines: readonly { readonly poolId: string; readonly quantity: number }[],
): Promise<readonly BookedPlace[]> {
  const quantities = new Map(lines.map(({ poolId, quantity }) => [poolId, quantity]))
  const pools = await readPoolsNamed(db, listingId, [...quantities.keys()])
  return placesOf(pools.map((pool) => ({ ...pool, quantity: quantities.get(pool.poolId) ?? 0 })))
}
