/**
 * The seam: one way to keep `taken` within `capacity` when callers race.
 *
 * A strategy takes units inside a transaction that it neither begins, commits nor retries: the
 * engine does all three, the same way for everyone. So a strategy's file holds what sets it apart
 * and nothing else: which rows it looks at, how, and what keeps them from changing meanwhile.
 */
import type { Demand } from '../domain/reservation/demand.js'
import type { Verdict } from '../domain/reservation/verdict.js'
import type { Isolation, Tx } from '../storage/driver/database.js'

export const STRATEGY_NAMES = [
  'pessimistic',
  'optimistic',
  'guarded',
  'serializable',
  'advisory',
  'skip-locked',
  'batched',
] as const

/** The file's stem, the CLI's value, the URL's segment and the heading in the docs are one. */
export type StrategyName = (typeof STRATEGY_NAMES)[number]

export interface Strategy {
  /** A `StrategyName` for those of the registry. */
  readonly name: string
  /** What it does, in one sentence. */
  readonly idea: string
  /** False: a control of the lab's, which oversells; the engine refuses it everywhere else. */
  readonly safe: boolean
  /** The transaction it needs; `none` runs every statement on its own. */
  readonly isolation: Isolation
  /** How many demands may share one transaction. */
  readonly batchMax: number
  /**
   * Takes the units of each demand, all lines or none, earlier demands first.
   *
   * `short` and `unknown` are definite and leave nothing written: at some moment since the call
   * began the units were not free. What is not as definite is a `conflict`, after
   * which the engine rolls back; it may leave writes behind.
   *
   * @param listingId where the pools are; a transaction never spans two listings
   * @param demands at most `batchMax`, or any number that only give back; each with its pools in ascending order
   * @returns one verdict per demand, in their order
   */
  take(tx: Tx, listingId: string, demands: readonly Demand[]): Promise<readonly Verdict[]>
}

/** Makes a `take` out of one that knows a single demand. */
export function oneByOne(
  takeOne: (tx: Tx, listingId: string, demand: Demand) => Promise<Verdict>,
): Strategy['take'] {
  return async (tx, listingId, demands) => {
    const verdicts: Verdict[] = []
    for (const demand of demands) verdicts.push(await takeOne(tx, listingId, demand))
    return verdicts
  }
}

/** True for the name of a strategy. */
export function isStrategyName(text: string): text is StrategyName {
  return (STRATEGY_NAMES as readonly string[]).includes(text)
}
