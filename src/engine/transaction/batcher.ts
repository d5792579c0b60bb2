/**
 * Group commit for reservations: whatever waits for a listing while its transactions are busy goes
 * together into the next one, which pays the lock and the COMMIT once for all of them.
 *
 * There is no timer. An idle listing runs a single command at once; the batch is whatever came
 * meanwhile. Batches never mix listings: the listing is the unit of sharding.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { HoldfastError, isFault } from '../../domain/errors.js'
import { isCreation, rangesOf } from '../../domain/reservation/command.js'
import type { DropReason, EngineObserver } from '../observer.js'
import { inBatchSpan } from '../spans.js'
import type { SpanReference, Tracing } from '../tracing.js'
import { LimitedCustomerTwice } from './circumstances.js'
import type { KeyedCommand } from './keyed-command.js'
import {
  type CallerSignal,
  gaveUp,
  type Run,
  type Runner,
  type RunnerOptions,
  runTogether,
} from './runner.js'

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
}

export const QUEUE_DEFAULTS: QueueBounds = {
  lengthMax: 10_000,
  ageMsMax: 5_000,
  lanesPerListing: 2,
}

export interface Batcher {
  readonly run: Runner
  /** Commands that wait now. */
  readonly waiting: number
}

interface Waiting {
  readonly keyed: KeyedCommand
  readonly sinceMs: number
  readonly signal: CallerSignal | undefined
  /** The span that the caller waits in. */
  readonly span: SpanReference | undefined
  resolve(run: Run): void
  reject(error: unknown): void
}

interface Queue {
  waiting: Waiting[]
  lanes: number
  /** The listing limits customers: of each, one command goes into a batch. */
  limited: boolean
}

/**
 * So many callers are answered in one turn of the event loop: what they do next must not keep the
 * other lane waiting, which may have its locks by now.
 */
const ANSWERED_AT_ONCE = 25

/** With fewer to prepare a transaction costs more than it wins beside one that is under way. */
const WORTH_ANOTHER_LANE = 100
/** Whatever keeps the transactions that are under way may not be in the way of others. */
const LONG_WAIT_MS = 25

/** How often those who wait while all lanes are busy are looked through. */
const TIDY_EVERY_MS = 250

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
      queue.waiting.push({ keyed, sinceMs, signal, span, resolve, reject })
      this.#waiting += 1
      this.#pump(listingId, queue)
      this.#tidyLater()
    })
  }

  #queueOf(listingId: string): Queue {
    const known = this.#queues.get(listingId)
    if (known !== undefined) return known
    const queue: Queue = { waiting: [], lanes: 0, limited: false }
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
      const left = queue.waiting.filter((each) => !this.#isDropped(each, nowMs))
      this.#waiting -= queue.waiting.length - left.length
      queue.waiting = left
      this.#pump(listingId, queue)
    }
    this.#tidying = false
    this.#tidyLater()
  }

  /** True when nothing is to be done any more for the caller, who has been told. */
  #isDropped({ signal, sinceMs, reject }: Waiting, nowMs: number): boolean {
    const { queue: bounds, observer } = this.#options
    const why = reasonToDrop(signal, nowMs - sinceMs > bounds.ageMsMax)
    if (why === undefined) return false
    observer.dropped(why)
    reject(
      why === 'gave_up'
        ? gaveUp()
        : new HoldfastError('overloaded', `waited longer than ${bounds.ageMsMax} ms`),
    )
    return true
  }

  /** Opens a lane for the queue if that is worth it; a lane that ends opens the next one. */
  #pump(listingId: string, queue: Queue): void {
    if (queue.lanes >= this.#options.queue.lanesPerListing || !isWorthALane(queue)) return
    queue.lanes += 1
    // A turn of the event loop later, whoever came in the same turn is in the batch too.
    setImmediate(() => {
      const batch = this.#nextBatch(queue)
      const done = batch.length === 0 ? Promise.resolve() : this.#trace(listingId, queue, batch)
      void done.then(() => {
        queue.lanes -= 1
        if (queue.waiting.length > 0) this.#pump(listingId, queue)
        else if (queue.lanes === 0) this.#queues.delete(listingId)
      })
    })
  }

  /** First come, first served; what cannot go together with an earlier one waits for the next batch. */
  #nextBatch(queue: Queue): Waiting[] {
    const { strategy, observer } = this.#options
    const nowMs = performance.now()
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const claimed = new Set<string>()
    let taken = 0
    for (const each of queue.waiting) {
      if (batch.length === strategy.batchMax) break
      taken += 1
      if (this.#isDropped(each, nowMs)) this.#waiting -= 1
      else if (claim(each.keyed, claimed, queue.limited)) batch.push(each)
      else later.push(each)
    }
    queue.waiting.splice(0, taken, ...later)
    this.#waiting -= batch.length
    if (batch[0] !== undefined) observer.batched(batch.length, nowMs - batch[0].sinceMs)
    return batch
  }

  #trace(listingId: string, queue: Queue, batch: readonly Waiting[]): Promise<void> {
    const { tracing, strategy } = this.#options
    if (tracing === undefined) return this.#runBatch(listingId, queue, batch)
    const commands = batch.map((each) => each.span)
    const facts = { listingId, strategyName: strategy.name, commands }
    return inBatchSpan(tracing, facts, () => this.#runBatch(listingId, queue, batch))
  }

  async #runBatch(listingId: string, queue: Queue, batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#runAll(listingId, batch)
    } catch (error) {
      if (error instanceof LimitedCustomerTwice) queue.limited = true
      if (isFault(error, 'outcome_unknown')) await this.#resolveDoubt(listingId, batch, error)
      else await this.#isolate(listingId, batch, error)
    }
  }

  /** @param before attempts that these commands have had already */
  async #runAll(listingId: string, batch: readonly Waiting[], before = 0): Promise<void> {
    const commands = batch.map((each) => each.keyed)
    const { value, attempts } = await runTogether(this.#options, listingId, commands)
    for (const [i, each] of batch.entries()) {
      const result = value[i]
      if (result !== undefined) each.resolve({ value: result, attempts: before + attempts })
      if (i % ANSWERED_AT_ONCE === ANSWERED_AT_ONCE - 1) await nextTurn()
    }
  }

  /** One command must not fail another: after a failed batch each is run alone. */
  async #isolate(listingId: string, batch: readonly Waiting[], error: unknown): Promise<void> {
    for (const each of batch) {
      if (batch.length === 1 || isHopeless(error)) each.reject(error)
      // Each may wait for a lock, and the last one for all of them.
      else if (!this.#isDropped(each, performance.now())) {
        await this.#runAll(listingId, [each], 1).catch(each.reject)
      }
    }
  }

  /**
   * COMMIT got no answer: it may or may not have happened. Those with a key ask again under it, and
   * find what became of it. Without a key a second run could be a second effect.
   */
  async #resolveDoubt(
    listingId: string,
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
    await this.#runAll(listingId, keyed, 1).catch(() => rejectAll(keyed))
  }
}

function isWorthALane({ lanes, waiting }: Queue): boolean {
  const [oldest] = waiting
  if (oldest === undefined) return false
  if (lanes === 0 || waiting.length >= WORTH_ANOTHER_LANE) return true
  return performance.now() - oldest.sinceMs > LONG_WAIT_MS
}

/** What the database cannot do for the batch it cannot do for its parts. */
function isHopeless(error: unknown): boolean {
  return isFault(error, 'database_unavailable') || isFault(error, 'overloaded')
}

function reasonToDrop(signal: CallerSignal | undefined, old: boolean): DropReason | undefined {
  if (signal?.aborted) return 'gave_up'
  return old ? 'too_old' : undefined
}

/** Marks what the command is about; false when an earlier one of the batch is about it too. */
function claim({ command, pin }: KeyedCommand, claimed: Set<string>, limited: boolean): boolean {
  const marks = [`r${command.reservationId}`]
  if (pin !== undefined) marks.push(`k${pin.key}`)
  // Whether a range is free is known once the one before it has it, or has it not.
  for (const { resourceId } of rangesOf(command)) marks.push(`t${resourceId}`)
  if (limited && isCreation(command)) marks.push(`c${command.customer}`)
  if (marks.some((mark) => claimed.has(mark))) return false
  for (const mark of marks) claimed.add(mark)
  return true
}
