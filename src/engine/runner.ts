/** Gets a command through a transaction: alone, or together with whoever waits. */
import { commit, type Database, rollback } from '../storage/database.js'
import type { Strategy } from '../strategies/strategy.js'
import { execute, type KeyedCommand, type Result } from './execute.js'
import { type Attempt, type RetryOptions, retrying } from './retry.js'

export interface RunnerOptions {
  readonly db: Database
  readonly strategy: Strategy
  readonly bounds: RetryOptions
}

/** A result and how many transactions it took. */
export interface Run {
  readonly value: Result
  readonly attempts: number
}

export type Runner = (listingId: string, keyed: KeyedCommand, signal?: AbortSignal) => Promise<Run>

/**
 * Runs commands of one listing in one transaction, again when somebody else was faster.
 *
 * @throws what `retrying` throws; then none of the commands has had an effect, unless the fault is
 * `outcome_unknown`
 */
export async function runTogether(
  { db, strategy, bounds }: RunnerOptions,
  listingId: string,
  commands: readonly KeyedCommand[],
): Promise<{ value: readonly Result[]; attempts: number }> {
  // Only a key can tell, when COMMIT got no answer, whether a command is asked for a second time.
  const resolveUnknown = commands.every((keyed) => keyed.pin !== undefined)
  return retrying({ ...bounds, resolveUnknown }, () =>
    db.transaction<Attempt<readonly Result[]>>(strategy.isolation, async (tx) => {
      const run = await execute(tx, strategy, listingId, commands)
      if (run === undefined) return rollback({ done: false })
      const attempt = { done: true, value: run.results } as const
      // Refusals that nobody gave a key to, and replayed answers, are not worth a COMMIT.
      return run.wrote ? commit(attempt) : rollback(attempt)
    }),
  )
}

/** Every command has a transaction of its own. */
export function runAlone(options: RunnerOptions): Runner {
  return async (listingId, keyed) => {
    const { value, attempts } = await runTogether(options, listingId, [keyed])
    const [result] = value
    if (result === undefined) throw new Error('a command has a result')
    return { value: result, attempts }
  }
}
