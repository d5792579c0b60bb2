/**
 * Ranges of time that somebody wants, within the transaction that takes them. A range that is wanted
 * becomes a pool of one unit, which the strategy then takes like any other; so counters stay the one
 * truth, and strategies know nothing of time.
 *
 * Who opens or closes a pool of a resource has locked the resource: of two who want the same hour, the
 * second looks after the first has committed. A pool that nobody has is in nobody's way: it is closed.
 */

import { newId } from '../../domain/ids.js'
import { BY_SYSTEM } from '../../domain/journal.js'
import { type Command, rangesOf } from '../../domain/reservation/command.js'
import type { Refusal } from '../../domain/reservation/outcome.js'
import { ACTIVE_STATES, type Reservation } from '../../domain/reservation/reservation.js'
import { nearestFree, whyNotOffered, widened } from '../../domain/time/ranges.js'
import { gapMinutesOf, type RangeSchedule } from '../../domain/time/schedule.js'
import type { ResourceTime } from '../../domain/time/timed-line.js'
import { bookingWindow, pastAllowed, whyTimeNotOpen } from '../../domain/time/window.js'
import { MS_PER_DAY } from '../../domain/time/zoned-time.js'
import type { Tx } from '../../storage/driver/database.js'
import { sendCapacityEntries } from '../../storage/tables/journal.js'
import { readReclaimable } from '../../storage/tables/reservations.js'
import { lockTerms, type ResourceTerms } from '../../storage/tables/schedules.js'
import {
  closeIdle,
  insertSlots,
  readOverlapping,
  reopen,
  type SlotRow,
  sendDeferExclusion,
} from '../../storage/tables/slots.js'
import { SUGGESTIONS_MAX } from './slot-refusals.js'

/** What became of the ranges of some commands. */
export interface OpenedRanges {
  /** The command over pools, or with its refusal. */
  withPools(command: Command): Command
  /** Overdue holds on these pools are in the command's way, and nothing else is. */
  reclaimOf(command: Command): readonly string[] | undefined
  /** To be called when everything is taken: of two pools that overlap, nobody has one any more. */
  closeAfter(): Promise<void>
}

const NOTHING_OPENED: OpenedRanges = {
  withPools: (command) => command,
  reclaimOf: () => undefined,
  closeAfter: () => Promise.resolve(),
}

/** What the transaction has looked at already. */
interface Locked {
  /** Those that the commands name, locked. */
  readonly reservations: ReadonlyMap<string, Reservation>
  /** By the database's clock. */
  readonly nowMs: number
}

/**
 * Opens a pool for each range that the commands want and that is free.
 *
 * @param commands no two want ranges of the same resource
 * @returns undefined for a conflict: roll back and run it again
 */
export async function openRanges(
  tx: Tx,
  listingId: string,
  commands: readonly Command[],
  { reservations, nowMs }: Locked,
): Promise<OpenedRanges | undefined> {
  const wanting = commands.filter((command) => rangesOf(command).length > 0)
  const again = await rangesOfLatePayments(tx, listingId, commands, reservations)
  if (wanting.length === 0 && again.size === 0) return NOTHING_OPENED
  const ranges = [...wanting.flatMap(rangesOf), ...[...again.values()].flat()]
  const ids = new Set(ranges.map((range) => range.resourceId))
  const terms = await lockTerms(tx, listingId, [...ids])
  const opening: Opening = {
    tx,
    listingId,
    nowMs,
    terms: new Map(terms.map((each) => [each.resourceId, each])),
    opened: new Set(),
    yielding: [],
  }
  const withPools = new Map<Command, Command>()
  const reclaims = new Map<Command, readonly string[]>()
  for (const command of wanting) {
    const own = ownPools(command, reservations.get(command.reservationId))
    if (own === undefined) continue
    const asker = { own, allowPast: 'allowPast' in command && command.allowPast === true }
    const opened = await openAll(opening, rangesOf(command), asker)
    if (opened.kind === 'conflict') return undefined
    if (opened.kind === 'reclaim') reclaims.set(command, opened.poolIds)
    else withPools.set(command, withRanges(command, opened))
  }
  for (const [command, wanted] of again) {
    const opened = await openAll(opening, wanted, { own: new Set(), allowPast: false })
    if (opened.kind === 'conflict') return undefined
    if (opened.kind === 'reclaim') reclaims.set(command, opened.poolIds)
  }
  return {
    withPools: (command) => withPools.get(command) ?? command,
    reclaimOf: (command) => reclaims.get(command),
    closeAfter: async () => {
      const closed = await closeIdle(tx, listingId, opening.yielding)
      sendCapacityEntries(tx, listingId, closed, BY_SYSTEM)
    },
  }
}

/**
 * A payment that comes after its hold's time takes the same pools again. A range of them may have been
 * closed meanwhile, for somebody who has it no longer.
 */
async function rangesOfLatePayments(
  tx: Tx,
  listingId: string,
  commands: readonly Command[],
  reservations: ReadonlyMap<string, Reservation>,
): Promise<ReadonlyMap<Command, readonly ResourceTime[]>> {
  const late = new Map<Command, readonly ResourceTime[]>()
  for (const command of commands) {
    if (command.kind !== 'confirm' || command.paymentRef === undefined) continue
    const reservation = reservations.get(command.reservationId)
    if (reservation?.state !== 'expired') continue
    const poolIds = reservation.lines.map((line) => line.poolId)
    const pools = await readReclaimable(tx, listingId, poolIds)
    const closed = pools.flatMap(({ resourceId, fromMs, toMs, ...pool }) =>
      pool.closed && fromMs !== null && toMs !== null ? [{ resourceId, fromMs, toMs }] : [],
    )
    if (closed.length > 0) late.set(command, closed)
  }
  return late
}

/**
 * The pools that a changed reservation has and gives back; undefined when it is in no state to be
 * changed, which is for the plan to tell.
 */
function ownPools(
  command: Command,
  reservation: Reservation | undefined,
): ReadonlySet<string> | undefined {
  if (command.kind !== 'change') return new Set()
  if (reservation === undefined || !ACTIVE_STATES.includes(reservation.state)) return undefined
  const kept = new Set(command.lines.map((line) => line.poolId.toLowerCase()))
  const pools = reservation.lines.map((line) => line.poolId)
  return new Set(pools.filter((poolId) => !kept.has(poolId)))
}

function withRanges(
  command: Command,
  opened: Extract<Opened, { kind: 'open' | 'refused' }>,
): Command {
  if (!('lines' in command)) return command
  if (opened.kind === 'refused') return { ...command, refusal: opened.refusal }
  const lines = opened.poolIds.map((poolId) => ({ poolId, quantity: 1 }))
  return { ...command, lines: [...command.lines, ...lines] }
}

interface Opening {
  readonly tx: Tx
  readonly listingId: string
  readonly nowMs: number
  readonly terms: ReadonlyMap<string, ResourceTerms>
  /** Pools that this transaction has opened, for any of its commands. */
  readonly opened: Set<string>
  /** Pools that overlap until the transaction has moved a customer from one to another. */
  readonly yielding: string[]
}

type Opened =
  | { readonly kind: 'open'; readonly poolIds: readonly string[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'reclaim'; readonly poolIds: readonly string[] }
  | { readonly kind: 'conflict' }

/** Opens all ranges, or refuses them for the first that is not to be had. */
async function openAll(
  opening: Opening,
  ranges: readonly ResourceTime[],
  asker: Asker,
): Promise<Opened> {
  const poolIds: string[] = []
  const taken: Extract<Refusal, { code: 'slot_taken' }>[] = []
  const reclaim: string[] = []
  for (const range of ranges) {
    const opened = await openOne(opening, range, { ...asker, opened: poolIds })
    if (opened.kind === 'open') poolIds.push(...opened.poolIds)
    else if (opened.kind === 'reclaim') reclaim.push(...opened.poolIds)
    else if (opened.kind === 'refused' && opened.refusal.code === 'slot_taken') {
      taken.push(opened.refusal)
    } else return opened
  }
  const [first] = taken
  if (first !== undefined) {
    const slots = taken.flatMap((refusal) => refusal.slots)
    return { kind: 'refused', refusal: { ...first, slots } }
  }
  return reclaim.length > 0 ? { kind: 'reclaim', poolIds: reclaim } : { kind: 'open', poolIds }
}

interface Asker {
  /** Pools that the reservation has, unless it keeps them by their ids. */
  readonly own: ReadonlySet<string>
  /** A seller enters the past on purpose. */
  readonly allowPast: boolean
}

interface Mine extends Asker {
  /** Pools that were opened for it a moment ago. */
  readonly opened: readonly string[]
}

async function openOne(
  opening: Opening,
  range: ResourceTime,
  { own, opened, allowPast }: Mine,
): Promise<Opened> {
  const { tx, listingId } = opening
  const terms = opening.terms.get(range.resourceId)
  if (terms === undefined) {
    const refusal = { code: 'unknown_resource', resourceIds: [range.resourceId] } as const
    return { kind: 'refused', refusal }
  }
  const { schedule, timeZone } = terms
  if (schedule?.soldBy !== 'ranges') return notOffered(range, 'The resource is not sold by ranges.')
  const near = await readOverlapping(
    tx,
    listingId,
    range.resourceId,
    widened(range, gapMinutesOf(schedule)),
  )
  const same = near.find((slot) => slot.fromMs === range.fromMs && slot.toMs === range.toMs)
  // What the customer has stays on offer to him, whatever the seller has changed since.
  if (same !== undefined && same.taken > 0 && own.has(same.poolId)) {
    return { kind: 'open', poolIds: [same.poolId] }
  }
  const now = bookingWindow(opening.nowMs, terms)
  const window = allowPast ? pastAllowed(now) : now
  const why = whyNotOffered(schedule, timeZone, range) ?? whyTimeNotOpen(window, range)
  if (why !== undefined) return notOffered(range, why)
  const busy = near.filter((slot) => slot.taken > 0)
  const inTheWay = busy.filter((slot) => !own.has(slot.poolId)).map((slot) => slot.poolId)
  if (inTheWay.length > 0) {
    const rows = await readReclaimable(tx, listingId, inTheWay.sort())
    if (rows.every((row) => row.left + row.overdue > 0)) {
      return { kind: 'reclaim', poolIds: inTheWay }
    }
    return { kind: 'refused', refusal: await taken(opening, terms, schedule, range) }
  }
  const idle = near.filter(
    (slot) => !slot.closed && slot.taken === 0 && slot !== same && !opened.includes(slot.poolId),
  )
  // Another command of this transaction is about to take one: each is run alone in the end.
  if (idle.some((slot) => opening.opened.has(slot.poolId))) return { kind: 'conflict' }
  const closed = await closeIdle(
    tx,
    listingId,
    idle.map((slot) => slot.poolId),
  )
  // Somebody took one by its id, past the resource's lock.
  if (closed.length < idle.length) return { kind: 'conflict' }
  const yielding = busy.filter((slot) => slot !== same)
  if (yielding.length > 0) sendDeferExclusion(tx, listingId)
  const poolId = await openPool(opening, terms, range, same)
  opening.opened.add(poolId)
  if (yielding.length > 0) {
    opening.yielding.push(poolId, ...yielding.map((slot) => slot.poolId))
  }
  sendCapacityEntries(tx, listingId, closed, BY_SYSTEM)
  return { kind: 'open', poolIds: [poolId] }
}

/** A pool for the range: the one that it had before, if it ever had one. */
async function openPool(
  { tx, listingId }: Opening,
  terms: ResourceTerms,
  { fromMs, toMs }: ResourceTime,
  same: SlotRow | undefined,
): Promise<string> {
  if (same === undefined) {
    const poolId = newId()
    await insertSlots(tx, listingId, terms, [{ poolId, fromMs, toMs }], 1, BY_SYSTEM)
    return poolId
  }
  if (same.closed) {
    const reopened = await reopen(tx, listingId, [same.poolId], 1)
    sendCapacityEntries(tx, listingId, reopened, BY_SYSTEM)
  }
  return same.poolId
}

function notOffered({ resourceId, fromMs, toMs }: ResourceTime, reason: string): Opened {
  const slots = [{ resourceId, fromMs, toMs }]
  return { kind: 'refused', refusal: { code: 'not_offered', slots, reason } }
}

async function taken(
  { tx, listingId, nowMs }: Opening,
  terms: ResourceTerms,
  schedule: RangeSchedule,
  { resourceId, fromMs, toMs }: ResourceTime,
): Promise<Refusal> {
  const { timeZone } = terms
  const { earliestMs, latestMs } = bookingWindow(nowMs, terms)
  const within = {
    fromMs: Math.max(earliestMs, fromMs - MS_PER_DAY),
    toMs: Math.max(earliestMs, Math.min(latestMs, toMs + MS_PER_DAY)),
  }
  const busy = await readOverlapping(
    tx,
    listingId,
    resourceId,
    widened(within, gapMinutesOf(schedule)),
  )
  const free = nearestFree(
    schedule,
    timeZone,
    busy.filter((slot) => slot.taken > 0),
    { wanted: { fromMs, toMs }, within, count: SUGGESTIONS_MAX },
  )
  return {
    code: 'slot_taken',
    slots: [{ poolId: null, resourceId, fromMs, toMs }],
    suggestions: free.map((span) => ({ poolId: null, resourceId, ...span })),
  }
}
