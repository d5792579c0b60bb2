/** What the journal tells, in sentences. */
import type { JournalEntry, Move } from 'holdfast/client'
import { momentText } from './lines.js'
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

type Sentence = (entry: JournalEntry, names: Names) => string

const SENTENCES: Readonly<Record<JournalEntry['kind'], Sentence>> = {
  held: (entry, names) => `Held ${units(entry.taken, names)}${until(entry, names)}.`,
  confirmed: (entry, names) =>
    entry.taken === undefined
      ? `Confirmed${paidBy(entry)}.`
      : `Reserved ${units(entry.taken, names)} at once${paidBy(entry)}.`,
  released: (entry, names) =>
    `The hold was released: ${units(entry.given_back, names)} free again.`,
  cancelled: (entry, names) =>
    `Cancelled: ${units(entry.given_back, names)} free again.${refundText(entry)}`,
  expired: (entry, names) => `The hold ran out: ${units(entry.given_back, names)} free again.`,
  extended: (entry, names) => `The hold was extended${until(entry, names)}.`,
  changed: (entry, names) =>
    `Changed: ${units(entry.taken, names)} taken, ${units(entry.given_back, names)} given back.`,
  refund_due: (entry) => `${moneyOf(entry)} is due back.${refundText(entry)}`,
  refund_settled: (entry) => `${moneyOf(entry)} was given back.`,
  refund_withdrawn: (entry) => `${moneyOf(entry)} is no longer due back: it has paid after all.`,
  customer_changed: () => 'The customer has another name from here on.',
  customer_erased: () => 'The customer was erased. A pseudonym stands for the name.',
  described: () => 'The contact or the metadata was corrected.',
  pool_opened: ({ capacity_to }, _names) => `A pool was opened with a capacity of ${capacity_to}.`,
  capacity_changed: ({ capacity_from, capacity_to, pool_id }, names) =>
    `The capacity${ofPool(pool_id, names)} went from ${capacity_from} to ${capacity_to}.`,
  time_changed: () => 'A night begins and ends by other clocks from here on.',
  night_terms_changed: (entry) => `The terms of a night changed${settings(entry)}.`,
  listing_opened: () => 'The listing was created.',
  listing_changed: (entry) => `The listing changed${settings(entry)}.`,
  listing_archived: () => 'The listing was archived: nothing new is sold.',
  listing_unarchived: () => 'The listing is on sale again.',
  resource_opened: (entry, names) => `${resource(entry, names)} was created.`,
  resource_changed: (entry, names) => `${resource(entry, names)} changed${settings(entry)}.`,
  resource_archived: (entry, names) => `${resource(entry, names)} was archived.`,
  resource_unarchived: (entry, names) => `${resource(entry, names)} is on sale again.`,
  schedule_set: (entry, names) => `The schedule of ${resource(entry, names)} was set.`,
  block_opened: (entry, names) => `The block ${block(entry, names)} was made, tentative.`,
  block_definite: (entry, names) => `The block ${block(entry, names)} is definite.`,
  block_released: (entry, names) => `The block ${block(entry, names)} was closed.`,
}

export function sentenceOfEntry(entry: JournalEntry, names: Names): string {
  return SENTENCES[entry.kind](entry, names)
}

export const KINDS = Object.keys(SENTENCES) as readonly JournalEntry['kind'][]

/** `refund_due` as people write it. */
export function kindText(kind: string): string {
  const words = kind.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `2 × Grand Hotel and 1 place`: pools with a time have no name of their own. */
function units(moves: readonly Move[] = [], names: Names): string {
  const sums = new Map<string, number>()
  for (const { pool_id, quantity } of moves) {
    const name = names.ofPool(pool_id) ?? ''
    sums.set(name, (sums.get(name) ?? 0) + quantity)
  }
  const parts = Array.from(sums, ([name, sum]) => {
    if (name !== '') return `${sum} × ${name}`
    return sum === 1 ? '1 place' : `${sum} places`
  })
  return parts.length === 0 ? 'nothing' : new Intl.ListFormat('en-GB').format(parts)
}

function until({ expires_at }: JournalEntry, names: Names): string {
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

function ofPool(poolId: string | null, names: Names): string {
  const name = poolId === null ? undefined : names.ofPool(poolId)
  return name === undefined ? ' of a pool' : ` of ${name}`
}

function resource({ resource_id }: JournalEntry, names: Names): string {
  return names.ofResource(resource_id ?? '')
}

function block({ block_id }: JournalEntry, names: Names): string {
  return names.ofResource(block_id ?? '')
}

/** `: name, hold ttl ms max`. */
function settings({ settings_to = {} }: JournalEntry): string {
  const changed = Object.keys(settings_to).map((name) => name.replaceAll('_', ' '))
  return changed.length === 0 ? '' : `: ${changed.join(', ')}`
}
