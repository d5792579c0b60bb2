/** Gets commands through a transaction: alone, or together with whoever waits. */
import type { BoundedSet } from '../../domain/bounded.js'
import { HoldfastError } from '../../domain/errors.js'
import type { ChangeSet } from '../../domain/reservation/settle.js'
import {
  acknowledge,
  commit,
  type Database,
  type Decision,
  rollback,
  type Tx,
} from '../../storage/driver/database.js'
import { sendLockTimeout, sendPoolLocks } from '../../storage/tables/locks.js'
import type { Strategy } from '../../strategies/strategy.js'
import type { EngineObserver } from '../observer.js'
import type { PlaceLookup } from '../reads/places.js'
import { type Attempt, type RetryOptions, retrying } from '../retry.js'
import { canTakeAhead, type ExecutedCommand, execute } from './execute.js'
import { type KeyedCommand, poolsNamedBy } from './keyed-command.js'
import type { PoolTurns } from './pool-turns.js'
import { type Locked, sift } from './sift.js'

/** How many limited listings one engine remembers; a forgotten one costs one rollback. */
export const LIMITED_LISTINGS_MAX = 10_000

/** What every transaction of an engine runs with. */
export interface RunnerOptions {
  readonly db: Database
  readonly strategy: Strategy
  readonly bounds: RetryOptions
  readonly places: PlaceLookup
  /** Listings that were seen to limit their customers: what these have is read before they take. */
  readonly limitedListings: BoundedSet<string>
  /** Called after COMMIT with what was written. */
  readonly onCommitted: (listingId: string, changeSets: readonly ChangeSet[]) => void
  readonly observer?: EngineObserver
}

/** A result and how many transactions it took. */
export interface Run {
  readonly value: ExecutedCommand
  readonly attempts: number
}

/** Says whether a caller still waits for its answer. An AbortSignal is one. */
export type CallerSignal = Pick<AbortSignal, 'aborted'>

export type Runner = (listingId: string, keyed: KeyedCommand, signal?: CallerSignal) => Promise<Run>

/** What one transaction came to. */
interface Executed {
  readonly results: readonly (ExecutedCommand | Locked)[]
  /** Only those that are committed once the transaction has ended. */
  readonly changeSets: readonly ChangeSet[]
}

/** How a transaction meets rows that somebody else has locked. */
export interface LockManners {
  /**
   * Default false: it waits for them. True: commands whose pools or reservation somebody else keeps
   * locked come back as `locked`, and nothing of them is written; the others are run.
   */
  readonly skipLocked?: boolean
  /** Pools, in id order, that it waits for before it looks which of the others are locked. */
  readonly waitFor?: readonly string[]
  /** How long it waits for any one lock, in milliseconds; default as long as the connection does. */
  readonly lockTimeoutMs?: number | undefined
}

/**
 * Runs commands of one listing in one transaction, again when somebody else was faster.
 *
 * @throws what `retrying` throws; then none of the commands has had an effect, unless the fault is
 * `outcome_unknown`
 */
export async function runTogether(
  { db, strategy, bounds, places, limitedListings, onCommitted, observer }: RunnerOptions,
  listingId: string,
  commands: readonly KeyedCommand[],
  { skipLocked = false, waitFor = [], lockTimeoutMs }: LockManners = {},
): Promise<{ value: readonly (ExecutedCommand | Locked)[]; attempts: number }> {
  // When COMMIT got no answer, a key tells whether a command comes a second time; a hold expires once.
  const resolveUnknown = commands.every(
    ({ pin, command }) => pin !== undefined || command.kind === 'expire',
  )
  let ahead = !skipLocked && canTakeAhead(strategy, commands) && !limitedListings.has(listingId)
  const deadlineAtMs = earliestDeadline(commands)
  const work = async (tx: Tx): Promise<Decision<Attempt<Executed> | 'taken_too_early'>> => {
    if (lockTimeoutMs !== undefined) sendLockTimeout(tx, listingId, lockTimeoutMs)
    if (waitFor.length > 0) sendPoolLocks(tx, listingId, waitFor)
    const locked = skipLocked ? await sift(tx, listingId, commands) : []
    const free = locked.length === 0 ? commands : commands.filter((_, i) => locked[i] === undefined)
    const staleAtMs = free.some(restsOnTime) ? performance.now() + STALE_MS : undefined
    if (free.length === 0) return rollback(nothingFree(locked))
    const run = await execute(tx, listingId, free, { strategy, places, ahead })
    if (run.kind === 'conflict') return rollback({ done: false })
    if (run.kind === 'taken_too_early') {
      ahead = false
      if (run.limited) limitedListings.add(listingId)
      return rollback(run.kind)
    }
    const results = merged(run.results, locked)
    const attempt = { done: true, value: { ...run, results } } as const
    if (run.wrote) return commit(attempt, { staleAtMs })
    // A refusal that nobody gave a key to rests on nothing; what was committed earlier may rest on
    // this server alone.
    return run.results.some(restsOnCommit) ? acknowledge(attempt) : rollback(attempt)
  }
  const attempt = () => db.transaction(strategy.isolation, work, { deadlineAtMs })
  const { value, attempts } = await retrying(
    { ...bounds, resolveUnknown, deadlineAtMs },
    async () => {
      const first = await attempt()
      const second = first === 'taken_too_early' ? await attempt() : first
      if (second === 'taken_too_early') throw new Error('nothing is taken ahead a second time')
      return second
    },
    (why) => observer?.retried?.(why),
  )
  if (value.changeSets.length > 0) onCommitted(listingId, value.changeSets)
  return { value: value.results, attempts }
}

/** How long after the look at the clock what rests on it may be committed, in milliseconds. */
const STALE_MS = 1_000

/** True when the hold's time must not be over. */
function restsOnTime({ command }: KeyedCommand): boolean {
  return command.kind === 'confirm' || command.kind === 'extend'
}

function earliestDeadline(commands: readonly KeyedCommand[]): number | undefined {
  let earliest: number | undefined
  for (const { deadlineAtMs = Number.POSITIVE_INFINITY } of commands) {
    if (deadlineAtMs < (earliest ?? Number.POSITIVE_INFINITY)) earliest = deadlineAtMs
  }
  return earliest
}

function nothingFree(locked: readonly (Locked | undefined)[]): Attempt<Executed> {
  const results = locked.filter((each) => each !== undefined)
  return { done: true, value: { results, changeSets: [] } }
}

/** Puts the results of those that were run where the others left room for them. */
function merged(
  results: readonly ExecutedCommand[],
  locked: readonly (Locked | undefined)[],
): readonly (ExecutedCommand | Locked)[] {
  if (locked.length === 0) return results
  let next = 0
  return locked.map((each) => {
    if (each !== undefined) return each
    const result = results[next++]
    if (result === undefined) throw new Error('a command has a result')
    return result
  })
}

/** True for an answer that was given before, and for a yes to what is so already. */
export function restsOnCommit(result: ExecutedCommand): boolean {
  return result.kind === 'answer' && (result.replayed || result.outcome.kind === 'done')
}

/** Every command has a transaction of its own, when its pools' turn has come. */
export function runAlone(options: RunnerOptions, turns: PoolTurns): Runner {
  return async (listingId, keyed, signal) => {
    const { value, attempts } = await turns.inTurn(poolsNamedBy(keyed), async () => {
      if (signal?.aborted) throw gaveUp()
      return runTogether(options, listingId, [keyed])
    })
    const [result] = value
    if (result === undefined) throw new Error('a command has a result')
    if (result.kind === 'locked') throw new Error('only who skips locked rows is told of them')
    return { value: result, attempts }
  }
}

/** Nobody hears it: it is for whoever waits for the promise. */
export function gaveUp(): HoldfastError {
  return new HoldfastError('overloaded', 'the caller gave up before its turn came')
}
