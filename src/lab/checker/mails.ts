/** Holds the mails of a race against the books: who was sent what, and what there is. */
import type { History, MailRecord, OperationRecord } from '../history/history.js'
import type { Booking, Ledger, PoolLedger } from './exact/ledger.js'
import type { Findings } from './findings.js'
import { witnessOf } from './witness.js'
import { short } from './words.js'

/** @param ledger of a history that has the rows */
export function checkMails(findings: Findings, ledger: Ledger): void {
  const { history, bookings, pools } = ledger
  if (history.race.mails !== true) return
  const mailed = new Map<string, MailRecord[]>()
  for (const mail of history.mails) {
    const booking = bookings.get(mail.reservationId ?? '')
    if (booking?.row === undefined) reportUntrue(findings, history, mail)
    else if (booking.row.customer !== mail.to) reportMisdirected(findings, history, booking, mail)
    else mailed.set(booking.reservationId, [...(mailed.get(booking.reservationId) ?? []), mail])
  }
  for (const booking of bookings.values()) {
    if (booking.row?.state !== 'confirmed') continue
    checkBooking(findings, history, booking, mailed.get(booking.reservationId) ?? [])
  }
  const holders = holdersOf(ledger, mailed)
  for (const pool of pools) checkPool(findings, history, pool, holders.get(pool.poolId) ?? [])
}

function reportUntrue(findings: Findings, history: History, mail: MailRecord): void {
  findings.add('mail_without_booking', () => ({
    sentence: `${mail.to} was sent ${nameOf(mail)} about reservation ${short(mail.reservationId)}, and there is no such row`,
    witness: witnessOf(history, { mails: [mail], operations: underWayAt(history, mail) }),
  }))
}

/** What the recipient was waiting for when the mail came: the request that sent it, as far as one can tell. */
function underWayAt({ operations }: History, { to, receivedNs }: MailRecord): OperationRecord[] {
  return operations.filter(({ customer, calledNs, returnedNs }) => {
    return customer === to && calledNs <= receivedNs && (returnedNs ?? receivedNs) >= receivedNs
  })
}

function reportMisdirected(
  findings: Findings,
  history: History,
  booking: Booking,
  mail: MailRecord,
): void {
  const { customer } = booking.row ?? {}
  findings.add('misdirected_mail', () => ({
    sentence: `${mail.to} was sent ${nameOf(mail)} about reservation ${short(booking.reservationId)} of ${customer}`,
    witness: witnessOfBookings(history, [booking], [mail]),
  }))
}

function checkBooking(
  findings: Findings,
  history: History,
  booking: Booking,
  mails: readonly MailRecord[],
): void {
  const { row, others, reservationId } = booking
  if (mails.length === 0) {
    findings.add('booking_without_mail', () => ({
      sentence: `reservation ${short(reservationId)} is confirmed, and ${row?.customer} was sent no mail about it`,
      witness: witnessOfBookings(history, [booking], []),
    }))
  }
  const names = new Set(mails.map(nameOf))
  // Whoever also changed something is told of that as well.
  if (names.size < 2 || others.length > 0) return
  findings.add('repeated_mail', () => ({
    sentence: `${row?.customer} was told of reservation ${short(reservationId)} by ${[...names].join(' and ')}`,
    witness: witnessOfBookings(history, [booking], mails),
  }))
}

/** Whoever has a mail for a pool and is there in the books. */
interface Holder {
  readonly booking: Booking
  readonly mail: MailRecord
}

function holdersOf(
  { bookings }: Ledger,
  mailed: ReadonlyMap<string, readonly MailRecord[]>,
): ReadonlyMap<string, readonly Holder[]> {
  const holders = new Map<string, Holder[]>()
  for (const booking of bookings.values()) {
    const [mail] = mailed.get(booking.reservationId) ?? []
    if (booking.row?.state !== 'confirmed' || mail === undefined) continue
    const pools = booking.row.lines.flatMap((line) => (line.replaced ? [] : line.poolId))
    for (const poolId of new Set(pools)) {
      holders.set(poolId, [...(holders.get(poolId) ?? []), { booking, mail }])
    }
  }
  return holders
}

/** Of a place that only one can have every mail counts; of others nobody could say whose is wrong. */
function checkPool(
  findings: Findings,
  history: History,
  { name, capacity }: PoolLedger,
  holders: readonly Holder[],
): void {
  if (capacity !== 1 || holders.length < 2) return
  for (const holder of holders) {
    const other = holders.find((each) => each !== holder) ?? holder
    const both = [holder, other]
    findings.add('double_confirmation', () => ({
      sentence: `${holder.mail.to} was sent ${nameOf(holder.mail)} for ${name}, which is ${other.mail.to}’s by ${nameOf(other.mail)}`,
      witness: witnessOfBookings(
        history,
        both.map(({ booking }) => booking),
        both.map(({ mail }) => mail),
      ),
    }))
  }
}

function witnessOfBookings(
  history: History,
  bookings: readonly Booking[],
  mails: readonly MailRecord[],
): History {
  const operations = bookings.flatMap(({ creations }) => creations.map(({ answered }) => answered))
  return witnessOf(history, { bookings, mails, operations })
}

function nameOf({ messageId }: MailRecord): string {
  return `<${messageId}>`
}
