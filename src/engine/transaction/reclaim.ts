/** Overdue holds that are in somebody's way are expired before that somebody is refused. */
import { HoldfastError } from '../../domain/errors.js'
import { type Database, TOO_LATE } from '../../storage/driver/database.js'
import { findOverdueOnPools } from '../../storage/tables/reservations.js'
import { isPast } from '../retry.js'
import type { Reclaim } from './execute.js'
import { EXPIRED_TOGETHER_MAX, type Expiry } from './expiry.js'
import type { PoolTurns } from './pool-turns.js'

/** How often overdue holds are tidied away for one command before it is told to try again. */
const RECLAIMS_MAX = 5

/** One attempt; `mayReclaim` is false once overdue holds were found that cannot be expired. */
type ReclaimingAttempt<Value> = (
  mayReclaim: boolean,
) => Promise<{ readonly value: Value | Reclaim; readonly attempts: number }>

/**
 * Runs `attempt` until nothing has to be tidied away for it any more.
 *
 * @throws HoldfastError `contention` when others took again and again what was given back
 */
export type Reclaiming = <Value extends object>(
  listingId: string,
  attempt: ReclaimingAttempt<Value>,
  deadlineAtMs?: number,
) => Promise<{ readonly value: Exclude<Value, Reclaim>; readonly attempts: number }>

export function createReclaiming(db: Database, expiry: Expiry, turns: PoolTurns): Reclaiming {
  /** What is tidied away now. The end of a sale's holds is in everybody's way, and is tidied away once. */
  const underWay = new Map<string, Promise<boolean>>()

  /** @returns false when nothing could be given back */
  async function reclaim(listingId: string, poolIds: readonly string[]): Promise<boolean> {
    const except = expiry.setAside()
    const overdue = await findOverdueOnPools(db, listingId, poolIds, EXPIRED_TOGETHER_MAX, except)
    return (await expiry.expire(listingId, overdue)) > 0
  }

  function reclaimOnce(listingId: string, poolIds: readonly string[]): Promise<boolean> {
    const name = [listingId, ...poolIds].join('/')
    const begun = underWay.get(name)
    if (begun !== undefined) return begun
    const reclaimed = turns
      .alone(poolIds, () => reclaim(listingId, poolIds))
      .finally(() => underWay.delete(name))
    underWay.set(name, reclaimed)
    return reclaimed
  }

  return async (listingId, attempt, deadlineAtMs) => {
    let attempts = 0
    let mayReclaim = true
    for (let reclaims = 0; reclaims <= RECLAIMS_MAX; reclaims += 1) {
      const run = await attempt(mayReclaim)
      attempts += run.attempts
      const { value } = run
      if (!isReclaim(value)) return { value: value as Exclude<typeof value, Reclaim>, attempts }
      // Whether those holds are gone is not what the caller asked for: the next attempt looks.
      mayReclaim = await reclaimOnce(listingId, value.poolIds).catch(() => true)
      if (isPast(deadlineAtMs)) throw new HoldfastError('contention', TOO_LATE)
    }
    throw new HoldfastError(
      'contention',
      'others took what overdue holds gave back, again and again; nothing was written, try again',
    )
  }
}

function isReclaim(value: object): value is Reclaim {
  return 'kind' in value && value.kind === 'reclaim'
}
