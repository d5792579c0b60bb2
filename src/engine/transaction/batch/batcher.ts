/**
 * Group commit for reservations: whatever waits for a listing while its transactions are busy goes
 * together into the next one, which pays the lock and the COMMIT once for all of them.
 *
 * No batch waits for more to come. An idle listing runs a single command at once; the batch is
 * whatever came meanwhile. Batches never mix listings: the listing is the unit of sharding.
 *
 * A row that somebody keeps locked, at a prompt for one, is in the way of those who want it and of
 * nobody else. A batch that waits too long for a lock is run again without waiting: commands whose
 * rows are locked are parked, outside of any transaction, and tried every few milliseconds; at times
 * some of them stand in line for those rows.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { HoldfastError, isFault } from '../../../domain/errors.js'
import type { EngineObserver } from '../../observer.js'
import { isLockTimeout } from '../../retry.js'
import { inBatchSpan } from '../../spans.js'
import type { Tracing } from '../../tracing.js'
import { LimitedCustomerTwice } from '../circumstances.js'
import { poolsNamedBy } from '../keyed-command.js'
import { type LockManners, type Runner, type RunnerOptions, runTogether } from '../runner.js'
import { isDropped } from './drop.js'
import { Patience } from './patience.js'
import {
  claim,
  emptyQueue,
  isBehind,
  isIdle,
  isObstructed,
  isUnderWay,
  isWorthALane,
  type Lane,
  LONG_WAIT_MS,
  marksOf,
  nextTry,
  onlyPoolOf,
  poolsToStandFor,
  type Queue,
  type QueueBounds,
  type Waiting,
  wantsLocked,
} from './queue.js'

export interface Batcher {
  readonly run: Runner
  /** Commands that wait now. */
  readonly waiting: number
}

/**
 * So many callers are answered in one turn of the event loop: what they do next must not keep the
 * other lane waiting, which may have its locks by now.
 */
const ANSWERED_AT_ONCE = 25

/** How often those who wait while all lanes are busy are looked through. */
const TIDY_EVERY_MS = 250

/** How often parked commands are tried again. */
const RETRY_PARKED_MS = 20

interface BatcherOptions extends RunnerOptions {
  readonly queue: QueueBounds
  readonly observer: Required<EngineObserver>
  readonly tracing: Tracing | undefined
}

export function createBatcher(options: BatcherOptions): Batcher {
  return new ListingBatcher(options)
}

/** A queue and its lanes for each listing that somebody waits for. */
class ListingBatcher implements Batcher {
  readonly #options: BatcherOptions
  readonly #queues = new Map<string, Queue>()
  #waiting = 0
  #tidying = false
  readonly #patience = new Patience()

  constructor(options: BatcherOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waiting
  }

  readonly run: Runner = (listingId, keyed, signal) => {
    const { queue: bounds, observer, tracing } = this.#options
    if (this.#waiting >= bounds.lengthMax) {
      observer.dropped('full')
      return Promise.reject(
        new HoldfastError('overloaded', `${bounds.lengthMax} commands wait already`),
      )
    }
    return new Promise((resolve, reject) => {
      const queue = this.#queueOf(listingId)
      const sinceMs = performance.now()
      const span = tracing?.active()
      const unlocked = { lockedSinceMs: undefined, lockedPoolIds: [] }
      queue.waiting.push({ keyed, sinceMs, signal, span, ...unlocked, resolve, reject })
      this.#waiting += 1
      this.#pump(listingId, queue)
      this.#tidyLater()
    })
  }

  #queueOf(listingId: string): Queue {
    const known = this.#queues.get(listingId)
    if (known !== undefined) return known
    const queue = emptyQueue()
    this.#queues.set(listingId, queue)
    return queue
  }

  #tidyLater(): void {
    if (this.#tidying || this.#waiting === 0) return
    this.#tidying = true
    setTimeout(() => this.#tidy(), TIDY_EVERY_MS).unref()
  }

  /** However long the lanes are busy: nobody waits longer than is allowed, and nobody in vain. */
  #tidy(): void {
    const nowMs = performance.now()
    for (const [listingId, queue] of this.#queues) {
      queue.waiting = this.#withoutDropped(queue.waiting, nowMs)
      this.#pump(listingId, queue)
    }
    this.#tidying = false
    this.#tidyLater()
  }

  #withoutDropped(some: readonly Waiting[], nowMs: number): Waiting[] {
    const left = some.filter((each) => !isDropped(each, nowMs, this.#options))
    this.#waiting -= some.length - left.length
    return left
  }

  /** Opens a lane for the queue if that is worth it; a lane that ends opens the next one. */
  #pump(listingId: string, queue: Queue): void {
    if (queue.waiting.length === 0) return
    const full = queue.lanes.size >= this.#options.queue.lanesPerListing
    if (full ? this.#maySkipAhead(queue) : isWorthALane(queue)) {
      this.#openLane(listingId, queue, full)
      return
    }
    // Somebody waits behind transactions that may turn out to be stuck.
    queue.timer ??= setTimeout(() => {
      queue.timer = undefined
      this.#pump(listingId, queue)
    }, LONG_WAIT_MS).unref()
  }

  /** True when every lane is stuck: one more, which waits for no lock, serves those who can be served. */
  #maySkipAhead({ lanes, overtaking, waiting, limited }: Queue): boolean {
    const nowMs = performance.now()
    return (
      !overtaking &&
      [...lanes].every((lane) => nowMs - lane.begunMs > this.#patience.ms) &&
      waiting.some(
        (each) => !isBehind(each, lanes) && !isUnderWay(marksOf(each.keyed, limited), lanes),
      )
    )
  }

  #openLane(listingId: string, queue: Queue, overtaking: boolean): void {
    const lane: Lane = { begunMs: performance.now(), poolId: undefined, marks: new Set() }
    if (overtaking) queue.overtaking = true
    else queue.lanes.add(lane)
    // A turn of the event loop later, whoever came in the same turn is in the batch too.
    setImmediate(() => {
      const batch = this.#nextBatch(queue, lane, overtaking)
      lane.poolId = onlyPoolOf(batch)
      const manners = this.#mannersOf(queue, lane, overtaking)
      const done =
        batch.length === 0 ? Promise.resolve() : this.#trace(listingId, queue, batch, manners)
      void done.then(() => {
        if (overtaking) queue.overtaking = false
        else queue.lanes.delete(lane)
        this.#goOn(listingId, queue)
      })
    })
  }

  #goOn(listingId: string, queue: Queue): void {
    if (queue.waiting.length > 0) this.#pump(listingId, queue)
    else if (isIdle(queue)) {
      clearTimeout(queue.timer)
      this.#queues.delete(listingId)
    }
  }

  /**
   * A batch waits for the one lock that all of it wants. Where it wants several it keeps those that it has
   * while it waits for another, so it has little patience, or none.
   */
  #mannersOf(queue: Queue, lane: Lane, overtaking: boolean): LockManners {
    const lockTimeoutMs = this.#patience.ms
    if (overtaking || isObstructed(queue)) return { skipLocked: true, lockTimeoutMs }
    return lane.poolId === undefined ? { lockTimeoutMs } : {}
  }

  /** First come, first served; what cannot go together with an earlier one waits for the next batch. */
  #nextBatch(queue: Queue, lane: Lane, overtaking: boolean): Waiting[] {
    const { strategy, observer } = this.#options
    const nowMs = performance.now()
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const claimed = new Set<string>()
    let taken = 0
    for (const each of queue.waiting) {
      if (batch.length === strategy.batchMax) break
      const marks = marksOf(each.keyed, queue.limited)
      taken += 1
      if (isDropped(each, nowMs, this.#options)) this.#waiting -= 1
      else if (wantsLocked(each, queue)) {
        each.lockedSinceMs = nowMs
        each.lockedPoolIds = poolsNamedBy(each.keyed).filter((id) => queue.lockedPools.has(id))
        queue.parked.push(each)
      } else if (isUnderWay(marks, queue.lanes)) later.push(each)
      else if (overtaking && isBehind(each, queue.lanes)) later.push(each)
      else if (claim(marks, claimed)) batch.push(each)
      else later.push(each)
    }
    lane.marks = claimed
    queue.waiting.splice(0, taken, ...later)
    this.#waiting -= batch.length
    if (batch[0] !== undefined) observer.batched(batch.length, nowMs - batch[0].sinceMs)
    return batch
  }

  #trace(
    listingId: string,
    queue: Queue,
    batch: readonly Waiting[],
    manners: LockManners,
  ): Promise<void> {
    const { tracing, strategy } = this.#options
    if (tracing === undefined) return this.#runBatch(listingId, queue, batch, manners)
    const commands = batch.map((each) => each.span)
    const facts = { listingId, strategyName: strategy.name, commands }
    return inBatchSpan(tracing, facts, () => this.#runBatch(listingId, queue, batch, manners))
  }

  async #runBatch(
    listingId: string,
    queue: Queue,
    batch: readonly Waiting[],
    manners: LockManners,
  ): Promise<void> {
    const begunMs = performance.now()
    try {
      await this.#runAll(listingId, queue, batch, manners)
      this.#patience.note(performance.now() - begunMs)
    } catch (error) {
      const isImpatient = batch.length > 1 || manners.lockTimeoutMs !== undefined
      if (isLockTimeout(error) && isImpatient) {
        for (const each of batch) each.lockedSinceMs ??= begunMs
        return this.#passBy(listingId, queue, batch, manners)
      }
      if (error instanceof LimitedCustomerTwice) queue.limited = true
      if (isFault(error, 'outcome_unknown')) {
        await this.#resolveDoubt(listingId, queue, batch, error)
      } else await this.#isolate(listingId, queue, batch, error)
    }
  }

  /** Somebody is in the way of a batch that waited for a lock: who can goes on, who cannot is parked. */
  async #passBy(
    listingId: string,
    queue: Queue,
    batch: readonly Waiting[],
    { skipLocked, waitFor }: LockManners,
  ): Promise<void> {
    const skipping = { skipLocked: true, lockTimeoutMs: this.#patience.ms }
    const hasSkipped = skipLocked && waitFor === undefined
    if (!hasSkipped) return this.#runBatch(listingId, queue, batch, skipping)
    // What is locked is known only once a command comes to it, as with the pools of a range.
    const [only] = batch
    if (batch.length === 1 && only !== undefined) this.#park(listingId, queue, only, [])
    else for (const each of batch) await this.#runBatch(listingId, queue, [each], skipping)
  }

  /** @param before attempts that these commands have had already */
  async #runAll(
    listingId: string,
    queue: Queue,
    batch: readonly Waiting[],
    manners: LockManners = {},
    before = 0,
  ): Promise<void> {
    const commands = batch.map((each) => each.keyed)
    const { value, attempts } = await runTogether(this.#options, listingId, commands, manners)
    for (const [i, each] of batch.entries()) {
      const result = value[i]
      if (result?.kind === 'locked') this.#park(listingId, queue, each, result.poolIds)
      else if (result !== undefined) each.resolve({ value: result, attempts: before + attempts })
      if (i % ANSWERED_AT_ONCE === ANSWERED_AT_ONCE - 1) await nextTurn()
    }
  }

  #park(listingId: string, queue: Queue, each: Waiting, poolIds: readonly string[]): void {
    each.lockedSinceMs ??= performance.now()
    each.lockedPoolIds = poolIds
    for (const poolId of poolIds) queue.lockedPools.add(poolId)
    queue.parked.push(each)
    this.#waiting += 1
    this.#retryLater(listingId, queue)
  }

  #retryLater(listingId: string, queue: Queue): void {
    if (queue.retrying) return
    queue.retrying = true
    setTimeout(() => void this.#retryParked(listingId, queue), RETRY_PARKED_MS)
  }

  /** Runs what is not locked any more; what still is parks itself again. */
  async #retryParked(listingId: string, queue: Queue): Promise<void> {
    queue.parked = this.#withoutDropped(queue.parked, performance.now())
    queue.retries += 1
    this.#standInLine(listingId, queue)
    queue.lockedPools.clear()
    const batch = nextTry(queue.parked, queue, this.#options.strategy.batchMax)
    this.#waiting -= batch.length
    if (batch.length > 0) {
      const manners = { skipLocked: true, lockTimeoutMs: this.#patience.ms }
      await this.#runBatch(listingId, queue, batch, manners)
    }
    queue.retrying = false
    if (queue.parked.length > 0) this.#retryLater(listingId, queue)
    this.#goOn(listingId, queue)
  }

  /**
   * Some of the parked commands wait in a transaction of their own that keeps nothing but what they wait
   * for: once they have it, they too pass by what else is locked.
   */
  #standInLine(listingId: string, queue: Queue): void {
    const { strategy, queue: bounds } = this.#options
    const waitFor = poolsToStandFor(queue)
    if (waitFor.length === 0) return
    const isBehindThem = ({ lockedPoolIds }: Waiting) =>
      lockedPoolIds.length > 0 && lockedPoolIds.every((poolId) => waitFor.includes(poolId))
    const batch = nextTry(queue.parked, queue, strategy.batchMax, isBehindThem)
    this.#waiting -= batch.length
    queue.standingInLine = true
    const waitedMs = performance.now() - (batch[0]?.lockedSinceMs ?? 0)
    const lockTimeoutMs = Math.max(this.#patience.ms, bounds.lockWaitMsMax - waitedMs)
    const manners = { skipLocked: true, waitFor: [...waitFor].sort(), lockTimeoutMs }
    void this.#runBatch(listingId, queue, batch, manners).then(() => {
      queue.standingInLine = false
      this.#goOn(listingId, queue)
    })
  }

  /** One command must not fail another: after a failed batch each is run alone. */
  async #isolate(
    listingId: string,
    queue: Queue,
    batch: readonly Waiting[],
    error: unknown,
  ): Promise<void> {
    for (const each of batch) {
      if (batch.length === 1 || isHopeless(error)) each.reject(error)
      // Each may wait for a lock, and the last one for all of them.
      else if (!isDropped(each, performance.now(), this.#options)) {
        await this.#runAll(listingId, queue, [each], {}, 1).catch(each.reject)
      }
    }
  }

  /**
   * COMMIT got no answer: it may or may not have happened. Those with a key ask again under it, and
   * find what became of it. Without a key a second run could be a second effect.
   */
  async #resolveDoubt(
    listingId: string,
    queue: Queue,
    batch: readonly Waiting[],
    unknown: HoldfastError,
  ): Promise<void> {
    const keyed = batch.filter((each) => each.keyed.pin !== undefined)
    const rejectAll = (some: readonly Waiting[]) => {
      for (const each of some) each.reject(unknown)
    }
    // A batch in which all have keys has asked again already.
    if (keyed.length === batch.length) return rejectAll(batch)
    rejectAll(batch.filter((each) => each.keyed.pin === undefined))
    if (keyed.length === 0) return
    // Whatever goes wrong now says nothing about that COMMIT.
    await this.#runAll(listingId, queue, keyed, {}, 1).catch(() => rejectAll(keyed))
  }
}

/** What the database cannot do for the batch it cannot do for its parts. */
function isHopeless(error: unknown): boolean {
  return isFault(error, 'database_unavailable') || isFault(error, 'overloaded')
}
