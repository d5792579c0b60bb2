/** What the journal tells, in sentences. */
import type { JournalEntry, Line, Move } from 'holdfast/client'
import { lineText, momentText, wordsOf } from './lines.js'
import type { Names } from './names.js'

/** How the sentences say that money is owed: by the code of the journal. */
const WHY_DUE: { readonly [Reason in string]?: string } = {
  cancelled: 'the reservation was cancelled',
  capacity_gone: 'it came too late, and the places were gone',
  hold_expired: 'it came after the hold had run out',
  invalid_transition: 'the reservation could not be confirmed any more',
  customer_limit: 'the customer had as much as one may have',
}

export function whyDue(reason: string): string {
  return WHY_DUE[reason] ?? `the confirmation was refused (${reason.replaceAll('_', ' ')})`
}

interface Known {
  readonly names: Names
  /** By pool: which slot or night it is. */
  readonly places: ReadonlyMap<string, Line>
}

type Sentence = (entry: JournalEntry, known: Known) => string

const SENTENCES: Readonly<Record<JournalEntry['kind'], Sentence>> = {
  held: (entry, known) => `Held ${units(entry.taken, known)}${until(entry, known)}.`,
  confirmed: (entry, known) =>
    entry.taken === undefined
      ? `Confirmed${paidBy(entry)}.`
      : `Reserved ${units(entry.taken, known)} at once${paidBy(entry)}.`,
  released: (entry, known) =>
    `The hold was released: ${units(entry.given_back, known)} free again.`,
  cancelled: (entry, known) =>
    `Cancelled: ${units(entry.given_back, known)} free again.${refundText(entry)}`,
  expired: (entry, known) => `The hold ran out: ${units(entry.given_back, known)} free again.`,
  extended: (entry, known) => `The hold was extended${until(entry, known)}.`,
  changed: (entry, known) =>
    `Changed: ${units(entry.taken, known)} taken, ${units(entry.given_back, known)} given back.`,
  refund_due: (entry) => `${moneyOf(entry)} is due back.${refundText(entry)}`,
  refund_settled: (entry) => `${moneyOf(entry)} was given back.`,
  refund_withdrawn: (entry) => `${moneyOf(entry)} is no longer due back: it has paid after all.`,
  customer_changed: () => 'The customer has another name from here on.',
  customer_erased: () => 'The customer was erased. A pseudonym stands for the name.',
  described: () => 'The contact or the metadata was corrected.',
  pool_opened: ({ capacity_to }, _known) => `A pool was opened with a capacity of ${capacity_to}.`,
  capacity_changed: ({ capacity_from, capacity_to, pool_id }, known) =>
    `The capacity${ofPool(pool_id, known)} went from ${capacity_from} to ${capacity_to}.`,
  time_changed: () => 'A night begins and ends by other clocks from here on.',
  night_terms_changed: (entry) => `The terms of a night changed${settings(entry)}.`,
  listing_opened: () => 'The listing was created.',
  listing_changed: (entry) => `The listing changed${settings(entry)}.`,
  listing_archived: () => 'The listing was archived: nothing new is sold.',
  listing_unarchived: () => 'The listing is on sale again.',
  resource_opened: (entry, known) => `${resource(entry, known)} was created.`,
  resource_changed: (entry, known) => `${resource(entry, known)} changed${settings(entry)}.`,
  resource_archived: (entry, known) => `${resource(entry, known)} was archived.`,
  resource_unarchived: (entry, known) => `${resource(entry, known)} is on sale again.`,
  schedule_set: (entry, known) => `The schedule of ${resource(entry, known)} was set.`,
  block_opened: (entry, known) => `The block ${block(entry, known)} was made, tentative.`,
  block_definite: (entry, known) => `The block ${block(entry, known)} is definite.`,
  block_released: (entry, known) => `The block ${block(entry, known)} was closed.`,
}

/** @param lines of the reservation, where it is known: they say which slots and nights its pools are */
export function sentenceOfEntry(
  entry: JournalEntry,
  names: Names,
  lines: readonly Line[] = [],
): string {
  const places = new Map(lines.map((line) => [line.pool_id, line]))
  return SENTENCES[entry.kind](entry, { names, places })
}

export const KINDS = Object.keys(SENTENCES) as readonly JournalEntry['kind'][]

/** `refund_due` as people write it. */
export function kindText(kind: string): string {
  const words = kind.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `2 × Hotel A, Double room, Fri 4 Dec – Sun 6 Dec, 2 nights and 1 place`: an unknown time has no name. */
function units(moves: readonly Move[] = [], { names, places }: Known): string {
  const named: Line[] = []
  let unnamed = 0
  for (const { pool_id, quantity } of moves) {
    const place = places.get(pool_id)
    if (place === undefined && names.ofPool(pool_id) === undefined) unnamed += quantity
    else named.push({ ...place, pool_id, quantity })
  }
  const parts = wordsOf(named.sort(byTime), names).map(lineText)
  if (unnamed > 0) parts.push(unnamed === 1 ? '1 place' : `${unnamed} places`)
  return parts.length === 0 ? 'nothing' : parts.join('; ')
}

function byTime(a: Line, b: Line): number {
  const placeOf = ({ resource_id, block_id, night, from }: Line) =>
    `${resource_id ?? block_id ?? ''} ${night ?? from ?? ''}`
  return placeOf(a).localeCompare(placeOf(b))
}

function until({ expires_at }: JournalEntry, { names }: Known): string {
  return expires_at === undefined ? '' : ` until ${momentText(names.zoneOf(undefined), expires_at)}`
}

function paidBy({ payment_ref }: JournalEntry): string {
  return payment_ref === undefined ? '' : `, paid by ${payment_ref}`
}

function moneyOf({ payment_ref, refunds }: JournalEntry): string {
  const ref = payment_ref ?? refunds?.[0]?.payment_ref
  return ref === undefined ? 'A payment' : `Payment ${ref}`
}

function refundText({ kind, refunds = [] }: JournalEntry): string {
  const due = refunds.find(({ becomes }) => becomes === 'due')
  if (due === undefined) return ''
  if (kind === 'cancelled') return ` Payment ${due.payment_ref} is due back.`
  return ` Why: ${whyDue(due.reason)}.`
}

function ofPool(poolId: string | null, { names }: Known): string {
  const name = poolId === null ? undefined : names.ofPool(poolId)
  return name === undefined ? ' of a pool' : ` of ${name}`
}

function resource({ resource_id }: JournalEntry, { names }: Known): string {
  return names.ofResource(resource_id ?? '')
}

function block({ block_id }: JournalEntry, { names }: Known): string {
  return names.ofResource(block_id ?? '')
}

/** `: name, hold ttl ms max`. */
function settings({ settings_to = {} }: JournalEntry): string {
  const changed = Object.keys(settings_to).map((name) => name.replaceAll('_', ' '))
  return changed.length === 0 ? '' : `: ${changed.join(', ')}`
}
