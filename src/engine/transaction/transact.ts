/**
 * A transaction of the house's own that takes units among other things: a block becomes definite and
 * gets its rooms in one. Such work is retried, reclaims overdue holds and is observed as every
 * command is.
 */
import type { Attribution } from '../../domain/journal.js'
import type { Command } from '../../domain/reservation/command.js'
import type { ChangeSet } from '../../domain/reservation/settle.js'
import type { Decision, Tx } from '../../storage/driver/database.js'
import type { RetryReason } from '../observer.js'
import { type Attempt, retrying } from '../retry.js'
import { type AnsweredCommand, execute, type Reclaim } from './execute.js'
import type { RunnerOptions } from './runner.js'

/** Runs one command in the transaction; a refusal has written nothing. */
export type RunWithin = (command: Command) => Promise<AnsweredCommand>

export type Work<Value> = (tx: Tx, run: RunWithin) => Promise<Decision<Value>>

/**
 * Runs `work` in one transaction until it is through. Work that is committed under an unknown
 * outcome runs again, so it has to find in its own rows what it did before.
 *
 * @param mayReclaim false refuses what overdue holds keep
 * @returns what the work came to, or the pools whose overdue holds have to be tidied away first
 * @throws what `retrying` throws
 */
export async function transact<Value>(
  { db, strategy, places, bounds, onCommitted, observer }: RunnerOptions,
  listingId: string,
  work: Work<Value>,
  { by, mayReclaim }: { readonly by: Attribution; readonly mayReclaim: boolean },
): Promise<{ readonly value: { readonly done: Value } | Reclaim; readonly attempts: number }> {
  const attempt = async (): Promise<Attempt<{ done: Value } | Reclaim>> => {
    const changeSets: ChangeSet[] = []
    try {
      const done = await db.transaction(strategy.isolation, (tx) =>
        work(tx, async (command) => {
          const keyed = { command, pin: undefined, by, mayReclaim }
          const execution = await execute(tx, listingId, [keyed], { strategy, places })
          if (execution.kind !== 'executed') throw new StartAgain()
          const [result] = execution.results
          if (result === undefined) throw new Error('a command has a result')
          if (result.kind === 'reclaim') throw new ReclaimFirst(result)
          changeSets.push(...execution.changeSets)
          return result
        }),
      )
      if (changeSets.length > 0) onCommitted(listingId, changeSets)
      return { done: true, value: { done } }
    } catch (error) {
      if (error instanceof StartAgain) return { done: false }
      if (error instanceof ReclaimFirst) return { done: true, value: error.reclaim }
      throw error
    }
  }
  const onRetry = (why: RetryReason) => observer?.retried?.(why)
  return retrying({ ...bounds, resolveUnknown: true }, attempt, onRetry)
}

/** Ends the transaction without a trace: somebody else was faster. */
class StartAgain extends Error {}

/** Ends the transaction without a trace: overdue holds are in the way. */
class ReclaimFirst extends Error {
  constructor(readonly reclaim: Reclaim) {
    super()
  }
}
