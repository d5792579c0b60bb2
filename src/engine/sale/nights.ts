/** Sets up what a hotel has, night by night. */

import { HoldfastError } from '../../domain/errors.js'
import { newId } from '../../domain/ids.js'
import type { Attribution } from '../../domain/journal.js'
import { datesOf } from '../../domain/time/date.js'
import { checkRange, NIGHTS_MAX, STAY_NIGHTS_MAX } from '../../domain/time/stay.js'
import { commit, type Database, rollback, type Tx } from '../../storage/driver/database.js'
import { sendCapacityEntries } from '../../storage/tables/journal.js'
import {
  insertNights,
  lockNights,
  lockResource,
  type NightRow,
  readNights,
  readNightsOfRange,
  setTerms,
} from '../../storage/tables/nights.js'
import { sendCapacities } from '../../storage/tables/pools.js'
import { readTerms } from '../../storage/tables/schedules.js'
import { BY_DEFAULT, checkReason } from '../attribution.js'
import { checkCapacity, reasoned } from './capacity.js'

export interface NightsRequest {
  /** The first date, `YYYY-MM-DD`. */
  readonly from: string
  /** The date after the last one. */
  readonly to: string
  /** Rooms for each night: a whole number from 0 to `CAPACITY_MAX`. */
  readonly capacity: number
  /** Nights that whoever arrives on these dates stays at the least; default as it is, 1 when new. */
  readonly minimumStay?: number
  /** False keeps new stays away; default as it is, true when new. */
  readonly onSale?: boolean
  /** As for a single pool: why more may stay taken than there is from now on. */
  readonly overrideReason?: string
}

export type NightsOutcome =
  | { readonly kind: 'done'; readonly nights: readonly NightRow[] }
  | { readonly kind: 'refused'; readonly refusal: NightsRefusal }

/** In order of precedence. */
export type NightsRefusal =
  | { readonly code: 'unknown_resource'; readonly resourceIds: readonly string[] }
  | {
      readonly code: 'below_taken'
      readonly capacity: number
      /** The most that is taken of any night. */
      readonly taken: number
      readonly nights: readonly { readonly resourceId: string; readonly night: string }[]
    }

/**
 * Gives every night from `from` on that is before `to` this capacity; nights that are not there yet
 * are made. All of them or none, and asked for again it changes nothing.
 *
 * @throws HoldfastError `invalid_input` for a range, a capacity, a minimum stay or a reason that is
 * none, and for an exclusive resource, which is sold by the slot
 */
export async function setNights(
  db: Database,
  listingId: string,
  resourceId: string,
  request: NightsRequest,
  by: Attribution = BY_DEFAULT,
): Promise<NightsOutcome> {
  checkRequest(request)
  return db.transaction<NightsOutcome>('read committed', async (tx) => {
    const resource = await lockResource(tx, listingId, resourceId)
    if (resource === undefined) {
      const refusal = { code: 'unknown_resource', resourceIds: [resourceId] } as const
      return rollback({ kind: 'refused', refusal })
    }
    if (resource.exclusive) {
      throw new HoldfastError(
        'invalid_input',
        'an exclusive resource is sold by the slot; nights are rooms of a type, so it is none',
      )
    }
    const [terms] = await readTerms(tx, listingId, [resourceId])
    if (terms?.schedule != null) {
      throw new HoldfastError(
        'invalid_input',
        'the resource has a schedule: what is sold by the night is another one',
      )
    }
    return setLocked(tx, listingId, resourceId, request, reasoned(by, request.overrideReason))
  })
}

/** The resource is locked: nobody else makes nights of it. */
async function setLocked(
  tx: Tx,
  listingId: string,
  resourceId: string,
  request: NightsRequest,
  by: Attribution,
): Promise<ReturnType<typeof commit<NightsOutcome>>> {
  const { from, to, capacity, overrideReason } = request
  const there = await lockNights(tx, listingId, resourceId, from, to)
  const short = there.filter((night) => night.taken > capacity)
  if (short.length > 0 && overrideReason === undefined) {
    const nights = short.map(({ night }) => ({ resourceId, night })).sort(byNight)
    const taken = Math.max(...short.map((night) => night.taken))
    return rollback({ kind: 'refused', refusal: { code: 'below_taken', capacity, taken, nights } })
  }
  const known = new Set(there.map(({ night }) => night))
  const missing = datesOf(from, to).filter((night) => !known.has(night))
  const made = missing.map((night) => ({ night, poolId: newId() }))
  await insertNights(tx, listingId, resourceId, made, capacity, by)
  setCapacities(tx, listingId, there, capacity, by)
  await setTerms(tx, listingId, resourceId, request, by)
  return commit({
    kind: 'done',
    nights: await readNights(tx, listingId, resourceId, from, to),
  })
}

/**
 * Sets the capacity of pools that are locked, and tells the journal of each that changes.
 *
 * @param capacityOf what each is to have; default the same for all
 */
export function setCapacities(
  tx: Tx,
  listingId: string,
  pools: readonly NightRow[],
  capacity: number | ((pool: NightRow) => number),
  by: Attribution,
): void {
  const changes = pools
    .map((pool) => {
      const to = typeof capacity === 'number' ? capacity : capacity(pool)
      return { poolId: pool.poolId, version: pool.version + 1, from: pool.capacity, to }
    })
    .filter(({ from, to }) => from !== to)
  sendCapacities(tx, listingId, changes)
  sendCapacityEntries(tx, listingId, changes, by)
}

/**
 * The nights of a resource in a range, in one query; undefined when the listing has no such resource,
 * and for a block's own.
 *
 * @throws HoldfastError `invalid_input` for a range that is none
 */
export async function lookAtNights(
  db: Pick<Database, 'query'>,
  listingId: string,
  resourceId: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly NightRow[] | undefined> {
  checkRange('from', from, 'to', to, NIGHTS_MAX)
  return readNightsOfRange(db, listingId, resourceId, from, to)
}

function checkRequest(request: NightsRequest): void {
  const { from, to, capacity, minimumStay, overrideReason } = request
  checkRange('from', from, 'to', to, NIGHTS_MAX)
  checkCapacity(capacity)
  if (overrideReason !== undefined) checkReason(overrideReason)
  if (minimumStay === undefined) return
  if (Number.isInteger(minimumStay) && minimumStay >= 1 && minimumStay <= STAY_NIGHTS_MAX) return
  throw new HoldfastError(
    'invalid_input',
    `a minimum stay is 1 to ${STAY_NIGHTS_MAX} nights, not ${minimumStay}`,
  )
}

function byNight(a: { readonly night: string }, b: { readonly night: string }): number {
  return a.night < b.night ? -1 : 1
}
