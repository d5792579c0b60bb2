/**
 * The one retry loop of the engine: a whole transaction, a bounded number of times, after a pause
 * that grows and is drawn at random, so that two losers do not meet again.
 */
import { HoldfastError, isFault } from '../domain/errors.js'
import { StaleDecision, TOO_LATE } from '../storage/driver/database.js'
import {
  isConflict,
  isConnectionLoss,
  isLockNotAvailable,
  isSpent,
} from '../storage/driver/sqlstate.js'
import { isKeyTaken } from '../storage/tables/answers.js'
import { isGuardRefusal } from '../storage/tables/pools.js'
import { isOverlapRefusal } from '../storage/tables/slots.js'
import { faultOf } from './faults.js'
import type { RetryReason } from './observer.js'

export interface RetryOptions {
  /** How often a transaction is run at the most; default 8. */
  readonly attemptsMax: number
  /** The upper bound of the first pause, in milliseconds; doubles with each attempt; default 2. */
  readonly pauseMs: number
  /** The upper bound of any pause, in milliseconds; default 50. */
  readonly pauseMsMax: number
  /** Draws from [0, 1); default `Math.random`. */
  readonly random: () => number
  /**
   * Runs the transaction again when COMMIT got no answer; default false. Only for commands with a
   * key: the key's unique index makes the new transaction wait for the one in doubt and find it.
   */
  readonly resolveUnknown: boolean
  /** No further attempt begins after it, as `performance.now()` counts; default never. */
  readonly deadlineAtMs?: number | undefined
}

export const RETRY_DEFAULTS: RetryOptions = {
  attemptsMax: 8,
  pauseMs: 2,
  pauseMsMax: 50,
  random: Math.random,
  resolveUnknown: false,
}

/** What one attempt came to: a value, or somebody else was faster. */
export type Attempt<Value> =
  | { readonly done: true; readonly value: Value }
  | { readonly done: false }

/**
 * Runs `attempt` until it is done.
 *
 * A serialization failure, a deadlock, a key that somebody else pinned first and a conflict told by
 * the strategy are tried again. So is a take or a slot that the schema refused (two strategies that do
 * not know each other's locks had met; slots that overlap), and a connection lost before COMMIT was
 * sent: the server has rolled that transaction back. A session that is of no more use (its server only
 * reads since a failover) was given up, and another one is tried. A COMMIT without an answer is only run again under
 * a key, and stays unknown until an attempt has come to an answer.
 *
 * @param onRetry called before each attempt but the first
 * @returns the value and how many attempts it took
 * @throws HoldfastError `contention` when the attempts are used up or the database gave up waiting
 * for a lock, `database_unavailable` when the connection was lost every time or the database cannot do
 * its work, `outcome_unknown` when COMMIT got no answer and no attempt since has found out
 */
export async function retrying<Value>(
  options: RetryOptions,
  attempt: () => Promise<Attempt<Value>>,
  onRetry: (why: RetryReason) => void = () => {},
): Promise<{ value: Value; attempts: number }> {
  let lost: unknown
  let unknown: unknown
  let why: RetryReason = 'conflict'
  for (let attempts = 1; attempts <= options.attemptsMax; attempts += 1) {
    if (attempts > 1) {
      await pause(options, attempts)
      if (isPast(options.deadlineAtMs)) throw unknown ?? new HoldfastError('contention', TOO_LATE)
      onRetry(why)
    }
    try {
      const result = await attempt()
      if (result.done) return { value: result.value, attempts }
      lost = undefined
      why = 'conflict'
    } catch (error) {
      if (isFault(error, 'outcome_unknown') && options.resolveUnknown) unknown = error
      // Whatever is wrong by now says nothing about the COMMIT that was not answered.
      else if (!isPassing(error, unknown !== undefined) && !isSpent(error)) {
        throw unknown ?? faultOf(error) ?? error
      }
      lost = isConnectionLoss(error) || isSpent(error) ? error : undefined
      why = reasonOf(error)
    }
  }
  // Nothing since has told what became of it: that is all that can be said.
  if (unknown !== undefined) throw unknown
  if (isSpent(lost)) throw faultOf(lost)
  if (lost !== undefined) {
    throw new HoldfastError('database_unavailable', 'the connection was lost again and again', {
      cause: lost,
    })
  }
  throw new HoldfastError(
    'contention',
    `others were faster ${options.attemptsMax} times in a row; nothing was written, try again`,
  )
}

/** True once the deadline, if there is one, is over. */
export function isPast(deadlineAtMs: number | undefined): boolean {
  return deadlineAtMs !== undefined && performance.now() > deadlineAtMs
}

function reasonOf(error: unknown): RetryReason {
  if (isFault(error, 'outcome_unknown')) return 'outcome_unknown'
  const gone = isConnectionLoss(error) || isSpent(error) || isFault(error, 'database_unavailable')
  return gone ? 'connection_lost' : 'conflict'
}

/** True when the same transaction may succeed if it is run again from its start. */
export function isPassing(error: unknown, inDoubt: boolean): boolean {
  if (isFault(error)) return inDoubt && isFault(error, 'database_unavailable')
  return (
    error instanceof StaleDecision ||
    isConflict(error) ||
    isKeyTaken(error) ||
    isGuardRefusal(error) ||
    isOverlapRefusal(error) ||
    isConnectionLoss(error)
  )
}

/** True for the fault of a transaction that waited for a lock for as long as it may. */
export function isLockTimeout(error: unknown): boolean {
  return isFault(error, 'contention') && isLockNotAvailable(error.cause)
}

function pause(options: RetryOptions, attempts: number): Promise<void> {
  const boundMs = Math.min(options.pauseMsMax, options.pauseMs * 2 ** (attempts - 2))
  return new Promise((resolve) => setTimeout(resolve, options.random() * boundMs))
}
