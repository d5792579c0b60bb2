/** What an audit found, in sentences by which an operator can look: which pool, and by how much. */
import type { Drift } from '../../engine/upkeep/audit.js'
import { count } from './output.js'

/** What the two figures of each check mean; `AUDIT_CHECKS` of the storage says what should hold. */
const SENTENCE_OF: Readonly<Record<string, (drift: Drift) => string>> = {
  counter: ({ expected, actual }) =>
    `its counter says ${actual} taken, held and confirmed reservations have ${expected}: ${off(actual - expected)}`,
  lines: ({ expected, actual }) =>
    `its counter says ${actual} taken, lines that were not given back have ${expected}: ${off(actual - expected)}`,
  versions: ({ expected, actual }) =>
    actual < 0
      ? `its ${count(expected, 'version')} are not one move each: a version is missing or there twice`
      : `it is at version ${expected}, but ${count(actual, 'version')} can be accounted for`,
  journal: ({ expected, actual }) =>
    `${count(expected, 'move')} of its lines are not in the journal, and ${count(actual, 'move')} of the journal are not in its lines`,
  capacity: ({ expected, actual }) =>
    actual < 0
      ? `${actual} are taken, which is fewer than none`
      : `${actual} are taken of ${expected}: ${actual - expected} sold twice`,
  blocks: ({ expected, actual }) =>
    `it is a block's and has ${actual}, of the hotel the block has ${expected}: ${off(actual - expected)}`,
}

/** One sentence for each. */
export function driftSentences(drift: readonly Drift[]): string[] {
  return drift.map((each) => {
    const sentence =
      SENTENCE_OF[each.check] ?? (({ expected, actual }) => `${actual} instead of ${expected}`)
    return `pool ${each.poolId} of listing ${each.listingId}: ${sentence(each)} (${each.check})`
  })
}

function off(by: number): string {
  return by > 0 ? `${by} too many` : `${-by} too few`
}
