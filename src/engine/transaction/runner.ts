/** Gets commands through a transaction: alone, or together with whoever waits. */
import type { BoundedSet } from '../../domain/bounded.js'
import { HoldfastError } from '../../domain/errors.js'
import type { ChangeSet } from '../../domain/reservation/settle.js'
import { commit, type Database, rollback } from '../../storage/driver/database.js'
import type { Strategy } from '../../strategies/strategy.js'
import type { EngineObserver } from '../observer.js'
import type { PlaceLookup } from '../reads/places.js'
import { type Attempt, type RetryOptions, retrying } from '../retry.js'
import { canTakeAhead, type ExecutedCommand, execute } from './execute.js'
import type { KeyedCommand } from './keyed-command.js'

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
  readonly results: readonly ExecutedCommand[]
  /** Only those that are committed once the transaction has ended. */
  readonly changeSets: readonly ChangeSet[]
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
): Promise<{ value: readonly ExecutedCommand[]; attempts: number }> {
  // When COMMIT got no answer, a key tells whether a command comes a second time; a hold expires once.
  const resolveUnknown = commands.every(
    ({ pin, command }) => pin !== undefined || command.kind === 'expire',
  )
  let ahead = canTakeAhead(strategy, commands) && !limitedListings.has(listingId)
  const attempt = () =>
    db.transaction<Attempt<Executed> | 'taken_too_early'>(strategy.isolation, async (tx) => {
      const run = await execute(tx, listingId, commands, { strategy, places, ahead })
      if (run.kind === 'conflict') return rollback({ done: false })
      if (run.kind === 'taken_too_early') {
        ahead = false
        if (run.limited) limitedListings.add(listingId)
        return rollback(run.kind)
      }
      const attempt = { done: true, value: run } as const
      // Refusals that nobody gave a key to, and replayed answers, are not worth a COMMIT.
      return run.wrote ? commit(attempt) : rollback(attempt)
    })
  const { value, attempts } = await retrying(
    { ...bounds, resolveUnknown },
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

/** Every command has a transaction of its own. */
export function runAlone(options: RunnerOptions): Runner {
  return async (listingId, keyed, signal) => {
    if (signal?.aborted) throw gaveUp()
    const { value, attempts } = await runTogether(options, listingId, [keyed])
    const [result] = value
    if (result === undefined) throw new Error('a command has a result')
    return { value: result, attempts }
  }
}

/** Nobody hears it: it is for whoever waits for the promise. */
export function gaveUp(): HoldfastError {
  return new HoldfastError('overloaded', 'the caller gave up before its turn came')
}
