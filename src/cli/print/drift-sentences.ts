/** What an audit found, in sentences by which an operator can look: which row, and by how much. */
import type { Drift } from '../../engine/upkeep/audit.js'
import { count } from './output.js'

/** A finding whose two figures are numbers. */
interface Figures {
  readonly expected: number
  readonly actual: number
}

/** What the two figures of a pool's check mean; `AUDIT_CHECKS` of the storage says what should hold. */
const OF_A_POOL: Readonly<Record<string, (figures: Figures) => string>> = {
  counter: ({ expected, actual }) =>
    `its counter says ${actual} taken, held and confirmed reservations have ${expected}: ${off(actual - expected)}`,
  lines: ({ expected, actual }) =>
    `its counter says ${actual} taken, lines that were not given back have ${expected}: ${off(actual - expected)}`,
  versions: ({ expected, actual }) =>
    actual < 0
      ? `its ${count(expected, 'version')} are not one move each: a version is missing or there twice`
      : `it is at version ${expected}, but ${count(actual, 'version')} can be accounted for`,
  capacity: ({ expected, actual }) =>
    actual < 0
      ? `${actual} are taken, which is fewer than none`
      : `${actual} are taken of ${expected}: ${actual - expected} sold twice`,
}

/** What the other checks hold against each other. */
const OTHERS: Readonly<Record<string, (drift: Drift) => string>> = {
  blocks: ({ column, expected, actual }) =>
    `its ${column} should be ${expected} and is ${actual}, by its nights and its reservation`,
  overlap: ({ expected, actual }) =>
    `it begins at ${actual}, and an earlier slot of the same exclusive resource ends at ${expected}`,
  dangling: ({ column, expected, actual }) =>
    `its ${column} should name ${expected}, and names ${actual}`,
  doubled: ({ expected, actual }) => `it is there ${actual} times instead of ${expected} time`,
  journal: ({ column, expected, actual }) =>
    column === 'row'
      ? `of it there should be ${shown(expected)} by the journal, and there is ${shown(actual)}`
      : `its ${column} should be ${shown(expected)} by the journal, and is ${shown(actual)}`,
}

/** What a row of each table is called. */
const NAMES: Readonly<Record<string, string>> = {
  pools: 'pool',
  reservations: 'reservation',
  reservation_lines: 'line',
  journal: 'entry',
  nights: 'night',
  blocks: 'block',
  resources: 'resource',
  schedules: 'schedule',
  answers: 'answer',
  refunds: 'refund',
  customers: 'customer',
  units: 'unit',
  listings: 'listing',
  api_key_listings: 'grant to the key',
}

/** One sentence for each. */
export function driftSentences(drift: readonly Drift[]): string[] {
  return drift.map((each) => {
    const { check, expected, actual, table, key, listingId } = each
    const ofPool = table === 'pools' ? OF_A_POOL[check] : undefined
    const sentence =
      ofPool?.({ expected: Number(expected), actual: Number(actual) }) ?? OTHERS[check]?.(each)
    return `${NAMES[table] ?? table} ${key} of listing ${listingId}: ${sentence} (${check})`
  })
}

function shown(value: Drift['expected']): string {
  return value === null ? 'nothing' : String(value)
}

function off(by: number): string {
  return by > 0 ? `${by} too many` : `${-by} too few`
}
