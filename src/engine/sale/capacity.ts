/** Changes how much a pool has. */
import { HoldfastError } from '../../domain/errors.js'
import type { Attribution } from '../../domain/journal.js'
import { CAPACITY_MAX } from '../../domain/reservation/demand.js'
import { acknowledge, commit, type Database, rollback } from '../../storage/driver/database.js'
import { sendCapacityEntries } from '../../storage/tables/journal.js'
import {
  type LockedPool,
  lockPool,
  type PoolRow,
  sendCapacities,
} from '../../storage/tables/pools.js'
import { BY_DEFAULT, checkReason } from '../attribution.js'

export interface CapacityRequest {
  /** A whole number from 0 to `CAPACITY_MAX`. */
  readonly capacity: number
  /**
   * Why more may stay taken than there is from now on; 1 to 500 characters, kept by the journal.
   * Without it a capacity below what is taken is refused. Nothing further is sold until enough has
   * come back.
   */
  readonly overrideReason?: string
}

export type CapacityOutcome =
  | { readonly kind: 'done'; readonly pool: PoolRow }
  | { readonly kind: 'refused'; readonly refusal: CapacityRefusal }

/** In order of precedence. */
export type CapacityRefusal =
  | { readonly code: 'unknown_pool'; readonly poolIds: readonly string[] }
  | { readonly code: 'below_taken'; readonly capacity: number; readonly taken: number }

/**
 * @param by whose change it is; the override's reason is the reason where no other is given
 * @throws HoldfastError `invalid_input` for a capacity or a reason out of range, a block's pool or a closed slot
 */
export async function setCapacity(
  db: Database,
  listingId: string,
  poolId: string,
  { capacity, overrideReason }: CapacityRequest,
  by: Attribution = BY_DEFAULT,
): Promise<CapacityOutcome> {
  checkCapacity(capacity)
  if (overrideReason !== undefined) checkReason(overrideReason)
  return db.transaction<CapacityOutcome>('read committed', async (tx) => {
    const pool = await lockPool(tx, listingId, poolId)
    if (pool === undefined) {
      return rollback({ kind: 'refused', refusal: { code: 'unknown_pool', poolIds: [poolId] } })
    }
    checkPool(pool, capacity)
    if (capacity < pool.taken && overrideReason === undefined) {
      const refusal = { code: 'below_taken', capacity, taken: pool.taken } as const
      return rollback({ kind: 'refused', refusal })
    }
    if (capacity === pool.capacity) return acknowledge({ kind: 'done', pool })
    const version = pool.version + 1
    const change = { poolId, version, from: pool.capacity, to: capacity }
    sendCapacities(tx, listingId, [change])
    sendCapacityEntries(tx, listingId, [change], reasoned(by, overrideReason))
    return commit({ kind: 'done', pool: { ...pool, capacity, version } })
  })
}

/** @throws HoldfastError `invalid_input` */
export function checkCapacity(capacity: number): void {
  if (Number.isInteger(capacity) && capacity >= 0 && capacity <= CAPACITY_MAX) return
  throw new HoldfastError(
    'invalid_input',
    `a capacity is a whole number from 0 to ${CAPACITY_MAX}, not ${capacity}`,
  )
}

/** What a block or a slot may have is for others to say. */
function checkPool({ ofBlock, exclusive, closed }: LockedPool, capacity: number): void {
  if (ofBlock) {
    throw new HoldfastError(
      'invalid_input',
      'a block has as many rooms as it took of the hotel: release it, or make another one',
    )
  }
  if (closed) {
    throw new HoldfastError('invalid_input', 'the slot is closed: the schedule opens it again')
  }
  if (exclusive && capacity > 1) {
    throw new HoldfastError(
      'invalid_input',
      `a slot of an exclusive resource is for one, so its capacity is 0 or 1, not ${capacity}`,
    )
  }
}

/** The reason of an override is a reason like any other. */
export function reasoned(by: Attribution, overrideReason: string | undefined): Attribution {
  return { ...by, reason: by.reason ?? overrideReason ?? null }
}
