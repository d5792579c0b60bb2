/** Overdue holds that are in somebody's way are expired before that somebody is refused. */
import { HoldfastError, isFault } from '../../domain/errors.js'
import { findOverdueOnPools } from '../../storage/tables/reservations.js'
import type { Reclaim } from './execute.js'
import type { KeyedCommand } from './keyed-command.js'
import { type RunnerOptions, runTogether } from './runner.js'

/** How often overdue holds are tidied away for one command before it is told to try again. */
const RECLAIMS_MAX = 5
/** How many overdue holds are tidied away at once. */
const RECLAIM_BATCH = 50

/**
 * Runs `attempt` until nothing has to be tidied away for it any more.
 *
 * @throws HoldfastError `contention` when others took again and again what was given back
 */
export async function reclaiming<Value extends object>(
  options: RunnerOptions,
  listingId: string,
  attempt: () => Promise<{ readonly value: Value | Reclaim; readonly attempts: number }>,
): Promise<{ readonly value: Exclude<Value, Reclaim>; readonly attempts: number }> {
  let attempts = 0
  for (let reclaims = 0; reclaims <= RECLAIMS_MAX; reclaims += 1) {
    const run = await attempt()
    attempts += run.attempts
    const { value } = run
    if (!isReclaim(value)) return { value: value as Exclude<Value, Reclaim>, attempts }
    await reclaim(options, listingId, value.poolIds)
  }
  throw new HoldfastError(
    'contention',
    'others took what overdue holds gave back, again and again; nothing was written, try again',
  )
}

function isReclaim(value: object): value is Reclaim {
  return 'kind' in value && value.kind === 'reclaim'
}

/** Expires overdue holds on the pools: many in one transaction where the strategy batches. */
async function reclaim(
  options: RunnerOptions,
  listingId: string,
  poolIds: readonly string[],
): Promise<void> {
  const { db, strategy } = options
  const limit = Math.max(RECLAIM_BATCH, strategy.batchMax)
  const overdue = await findOverdueOnPools(db, listingId, poolIds, limit)
  const expiries = overdue.map((reservationId): KeyedCommand => {
    return { command: { kind: 'expire', reservationId }, pin: undefined }
  })
  const together = strategy.batchMax > 1 ? [expiries] : expiries.map((each) => [each])
  for (const commands of together) {
    if (commands.length === 0) continue
    try {
      await runTogether(options, listingId, commands)
    } catch (error) {
      // Whether those holds are gone is not what the caller asked: the next attempt looks.
      if (!isFault(error, 'outcome_unknown')) throw error
    }
  }
}
