/**
 * Group commit for reservations: whatever waits for a listing while its transactions are busy goes
 * together into the next one, which pays the lock and the COMMIT once for all of them.
 *
 * There is no timer. An idle listing runs a single command at once; the batch is whatever came
 * meanwhile. Batches never mix listings: the listing is the unit of sharding.
 */
import { isBirth } from '../domain/command.js'
import { HoldfastError, isFault } from '../domain/errors.js'
import { type KeyedCommand, LimitedCustomerTwice } from './execute.js'
import { type Run, type Runner, type RunnerOptions, runTogether } from './runner.js'

export interface QueueBounds {
  /** How many commands may wait; default 10,000. */
  readonly lengthMax: number
  /** How long a command may wait, in milliseconds; default 5,000. */
  readonly ageMsMax: number
  /** Transactions under way at once for one listing; default 2: one commits while the next gathers. */
  readonly lanesPerListing: number
}

export const QUEUE_DEFAULTS: QueueBounds = {
  lengthMax: 10_000,
  ageMsMax: 5_000,
  lanesPerListing: 2,
}

/** What the queue looks like from outside, for metrics. */
export interface BatchObserver {
  /** A batch of `size` commands was run; the oldest had waited `waitedMs`. */
  batched?(size: number, waitedMs: number): void
}

export interface Batcher {
  readonly run: Runner
  /** Commands that wait now. */
  readonly waiting: number
}

interface Waiting {
  readonly keyed: KeyedCommand
  readonly sinceMs: number
  readonly signal: AbortSignal | undefined
  resolve(run: Run): void
  reject(error: unknown): void
}

interface Queue {
  readonly waiting: Waiting[]
  lanes: number
  /** The listing limits customers: of each, one command goes into a batch. */
  limited: boolean
}

export function createBatcher(
  options: RunnerOptions & { readonly queue: QueueBounds; readonly observer: BatchObserver },
): Batcher {
  const { queue: bounds, observer, strategy } = options
  const queues = new Map<string, Queue>()
  let waiting = 0

  const run: Runner = (listingId, keyed, signal) => {
    if (waiting >= bounds.lengthMax) {
      return Promise.reject(
        new HoldfastError('overloaded', `${bounds.lengthMax} commands wait already`),
      )
    }
    return new Promise((resolve, reject) => {
      const queue = queueOf(listingId)
      queue.waiting.push({ keyed, sinceMs: performance.now(), signal, resolve, reject })
      waiting += 1
      pump(listingId, queue)
    })
  }

  function queueOf(listingId: string): Queue {
    const known = queues.get(listingId)
    if (known !== undefined) return known
    const queue: Queue = { waiting: [], lanes: 0, limited: false }
    queues.set(listingId, queue)
    return queue
  }

  function pump(listingId: string, queue: Queue): void {
    if (queue.lanes >= bounds.lanesPerListing || queue.waiting.length === 0) return
    queue.lanes += 1
    // A turn of the event loop later, whoever came in the same turn is in the batch too.
    setImmediate(() => {
      const batch = nextBatch(queue)
      const done = batch.length === 0 ? Promise.resolve() : runBatch(listingId, queue, batch)
      void done.then(() => {
        queue.lanes -= 1
        if (queue.waiting.length > 0) pump(listingId, queue)
        else if (queue.lanes === 0) queues.delete(listingId)
      })
    })
  }

  /** First come, first served; what cannot go together with an earlier one waits for the next batch. */
  function nextBatch(queue: Queue): Waiting[] {
    const nowMs = performance.now()
    const batch: Waiting[] = []
    const later: Waiting[] = []
    const claimed = new Set<string>()
    let taken = 0
    for (const each of queue.waiting) {
      if (batch.length === strategy.batchMax) break
      taken += 1
      if (each.signal?.aborted) {
        waiting -= 1
        each.reject(new HoldfastError('overloaded', 'the caller gave up before its turn came'))
      } else if (nowMs - each.sinceMs > bounds.ageMsMax) {
        waiting -= 1
        each.reject(new HoldfastError('overloaded', `waited longer than ${bounds.ageMsMax} ms`))
      } else if (claim(each.keyed, claimed, queue.limited)) batch.push(each)
      else later.push(each)
    }
    queue.waiting.splice(0, taken, ...later)
    waiting -= batch.length
    if (batch[0] !== undefined) observer.batched?.(batch.length, nowMs - batch[0].sinceMs)
    return batch
  }

  async function runBatch(
    listingId: string,
    queue: Queue,
    batch: readonly Waiting[],
  ): Promise<void> {
    try {
      const { value, attempts } = await runTogether(
        options,
        listingId,
        batch.map((each) => each.keyed),
      )
      batch.forEach((each, i) => {
        const result = value[i]
        if (result !== undefined) each.resolve({ value: result, attempts })
      })
    } catch (error) {
      if (error instanceof LimitedCustomerTwice) queue.limited = true
      await isolate(listingId, batch, error)
    }
  }

  /** One command must not fail another: after a failed batch each is run alone. */
  async function isolate(
    listingId: string,
    batch: readonly Waiting[],
    error: unknown,
  ): Promise<void> {
    const inDoubt = isFault(error, 'outcome_unknown')
    for (const each of batch) {
      // Without a key a second run could be a second effect.
      if (batch.length === 1 || isHopeless(error) || (inDoubt && each.keyed.pin === undefined)) {
        each.reject(error)
        continue
      }
      try {
        const { value, attempts } = await runTogether(options, listingId, [each.keyed])
        if (value[0] !== undefined) each.resolve({ value: value[0], attempts: attempts + 1 })
      } catch (alone) {
        // The batch may have been kept: what keeps us from finding out is no answer to that.
        each.reject(inDoubt && isFault(alone) ? error : alone)
      }
    }
  }

  return {
    run,
    get waiting() {
      return waiting
    },
  }
}

/** What the database cannot do for the batch it cannot do for its parts. */
function isHopeless(error: unknown): boolean {
  return isFault(error, 'database_unavailable') || isFault(error, 'overloaded')
}

/** Marks what the command is about; false when an earlier one of the batch is about it too. */
function claim({ command, pin }: KeyedCommand, claimed: Set<string>, limited: boolean): boolean {
  const marks = [`r${command.reservationId}`]
  if (pin !== undefined) marks.push(`k${pin.key}`)
  if (limited && isBirth(command)) marks.push(`c${command.customer}`)
  if (marks.some((mark) => claimed.has(mark))) return false
  for (const mark of marks) claimed.add(mark)
  return true
}
