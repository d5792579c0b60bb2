/** What waits for one listing, and what may go into one batch. */
import { isCreation, rangesOf } from '../../../domain/reservation/command.js'
import { paymentOf } from '../../../domain/reservation/payments.js'
import type { SpanReference } from '../../tracing.js'
import { type KeyedCommand, pinMark, poolsNamedBy } from '../keyed-command.js'
import type { CallerSignal, Run } from '../runner.js'

export interface QueueBounds {
  /** How many commands may wait; default 10,000. */
  readonly lengthMax: number
  /** How long a command may wait, in milliseconds; default 5,000. */
  readonly ageMsMax: number
  /**
   * Transactions under way at once for one listing; default 2: one is prepared while the other is
   * written. Another begins when there is enough to prepare, or when somebody has waited for long.
   */
  readonly lanesPerListing: number
  /** How long a command waits for rows that somebody else keeps locked, in ms; default 2,000. */
  readonly lockWaitMsMax: number
}

export const QUEUE_DEFAULTS: QueueBounds = {
  lengthMax: 10_000,
  ageMsMax: 5_000,
  lanesPerListing: 2,
  lockWaitMsMax: 2_000,
}

/** A command whose caller waits. */
export interface Waiting {
  readonly keyed: KeyedCommand
  readonly sinceMs: number
  readonly signal: CallerSignal | undefined
  /** The span that the caller waits in. */
  readonly span: SpanReference | undefined
  /** Since when somebody else has been seen to keep its rows locked; undefined when nobody has. */
  lockedSinceMs: number | undefined
  /** The pools among those rows. */
  lockedPoolIds: readonly string[]
  resolve(run: Run): void
  reject(error: unknown): void
}

/** A transaction under way. */
export interface Lane {
  readonly begunMs: number
  /** The one pool that all of its commands want; undefined when there is more than one. */
  poolId: string | undefined
  /** The marks of its commands, see `marksOf`. */
  marks: ReadonlySet<string>
}

export interface Queue {
  waiting: Waiting[]
  readonly lanes: Set<Lane>
  /** The listing limits customers: of each, one command goes into a batch. */
  limited: boolean
  /** Commands that wait for rows which somebody else keeps locked. */
  parked: Waiting[]
  /** The pools among those rows: who wants one of them is parked at once. */
  lockedPools: Set<string>
  /** Parked commands are being tried again. */
  retrying: boolean
  /** How often they have been. */
  retries: number
  /** Some of them stand in line for the locks. */
  standingInLine: boolean
  /** A lane that passes those that are stuck. */
  overtaking: boolean
  /** Runs when somebody has waited for long. */
  timer: NodeJS.Timeout | undefined
}

export function emptyQueue(): Queue {
  return {
    waiting: [],
    lanes: new Set(),
    limited: false,
    parked: [],
    lockedPools: new Set(),
    retrying: false,
    retries: 0,
    standingInLine: false,
    overtaking: false,
    timer: undefined,
  }
}

/** True while somebody keeps rows locked: batches then skip what is locked instead of waiting. */
export function isObstructed({ parked, retrying, standingInLine }: Queue): boolean {
  return retrying || standingInLine || parked.length > 0
}

export function isIdle(queue: Queue): boolean {
  return (
    queue.waiting.length === 0 &&
    queue.lanes.size === 0 &&
    !queue.overtaking &&
    !isObstructed(queue)
  )
}

/** With fewer to prepare a transaction costs more than it wins beside one that is under way. */
const WORTH_ANOTHER_LANE = 100
/** Whatever keeps the transactions that are under way may not be in the way of others. */
export const LONG_WAIT_MS = 25

export function isWorthALane({ lanes, waiting, limited }: Queue): boolean {
  const [oldest] = waiting
  if (oldest === undefined) return false
  if (lanes.size === 0) return true
  const isLong = performance.now() - oldest.sinceMs > LONG_WAIT_MS
  if (!isLong && waiting.length < WORTH_ANOTHER_LANE) return false
  return waiting.some(({ keyed }) => !isUnderWay(marksOf(keyed, limited), lanes))
}

/** What the command is about: two with a mark in common do not go into one batch. */
export function marksOf({ command, pin }: KeyedCommand, limited: boolean): string[] {
  const marks: string[] = []
  // Nobody else can know the id of a reservation that is only to be created.
  if (isCreation(command)) {
    if (limited) marks.push(`c${command.customer}`)
  } else marks.push(`r${command.reservationId}`)
  if (pin !== undefined) marks.push(`k${pinMark(pin)}`)
  // Where a payment's money goes depends on what became of it before.
  const payment = paymentOf(command)
  if (payment !== undefined) marks.push(`p${payment}`)
  // Whether a range is free is known once the one before it has it, or has it not.
  for (const { resourceId } of rangesOf(command)) marks.push(`t${resourceId}`)
  return marks
}

/** Notes what a command is about; false when an earlier one of the batch is about it too. */
export function claim(marks: readonly string[], claimed: Set<string>): boolean {
  if (marks.some((mark) => claimed.has(mark))) return false
  for (const mark of marks) claimed.add(mark)
  return true
}

/**
 * True when a transaction under way is about the same reservation or the same key. Another lane would
 * only wait for that one's lock, and take it for somebody who does not let go of it. Of one customer
 * or one range the next may be prepared meanwhile.
 */
export function isUnderWay(marks: readonly string[], lanes: ReadonlySet<Lane>): boolean {
  for (const lane of lanes) {
    if (marks.some((mark) => /^[rk]/.test(mark) && lane.marks.has(mark))) return true
  }
  return false
}

/** Takes out of `some` what may go into one batch; what may not is left in it. */
export function nextTry(
  some: Waiting[],
  queue: Queue,
  batchMax: number,
  isWanted: (each: Waiting) => boolean = () => true,
): Waiting[] {
  const claimed = new Set<string>()
  const batch: Waiting[] = []
  const left: Waiting[] = []
  for (const each of some) {
    const fits = batch.length < batchMax && isWanted(each)
    if (fits && claim(marksOf(each.keyed, queue.limited), claimed)) batch.push(each)
    else left.push(each)
  }
  some.splice(0, some.length, ...left)
  return batch
}

/** Every so many tries some of the parked commands stand in line. */
const IN_LINE_EVERY = 10

/**
 * The pools that parked commands stand in line for. Whoever only looks whether a row is free never
 * finds it so where many short transactions pass it from hand to hand.
 *
 * @returns the pools that keep the oldest from being run; none when it is nobody's turn to stand
 */
export function poolsToStandFor({ parked, retries, standingInLine }: Queue): readonly string[] {
  if (standingInLine || retries % IN_LINE_EVERY !== 0) return []
  return parked.find((each) => each.lockedPoolIds.length > 0)?.lockedPoolIds ?? []
}

/** The one pool that all of the batch want: it can wait for that pool and be in nobody else's way. */
export function onlyPoolOf(batch: readonly Waiting[]): string | undefined {
  let only: string | undefined
  for (const { keyed } of batch) {
    const named = poolsNamedBy(keyed)
    if (!isCreation(keyed.command) || named.length === 0) return undefined
    only ??= named[0]
    if (named.some((poolId) => poolId !== only)) return undefined
  }
  return only
}

/** True when the command names a pool that was found locked; asked of everybody, so mostly of no pool. */
export function wantsLocked({ keyed }: Waiting, { lockedPools }: Queue): boolean {
  return lockedPools.size > 0 && poolsNamedBy(keyed).some((poolId) => lockedPools.has(poolId))
}

/** True when the command wants a pool for which a lane waits. */
export function isBehind({ keyed }: Waiting, lanes: ReadonlySet<Lane>): boolean {
  const named = poolsNamedBy(keyed)
  for (const { poolId } of lanes) if (poolId !== undefined && named.includes(poolId)) return true
  return false
}
