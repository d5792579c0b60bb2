/**
 * Runs commands: the transaction, the retries when somebody else was faster, and the overdue holds
 * that have to go before anybody is refused. It decides nothing itself: what a command means is the
 * domain's business, whether units are free is the strategy's.
 */
import { createTokens } from '../access/tokens.js'
import { BoundedSet } from '../domain/bounded.js'
import { HoldfastError } from '../domain/errors.js'
import { type Attribution, BY_SYSTEM } from '../domain/journal.js'
import type { Command, ExpectedVersion } from '../domain/reservation/command.js'
import type { Details, DetailsChange } from '../domain/reservation/details.js'
import type { LineRequest } from '../domain/reservation/line-request.js'
import { type Outcome, refused } from '../domain/reservation/outcome.js'
import type { ChangeSet } from '../domain/reservation/settle.js'
import type { Database } from '../storage/driver/database.js'
import type { Strategy } from '../strategies/strategy.js'
import { attributionOf, type ChangeOptions, DEFAULT_ACTOR } from './attribution.js'
import { commandsOf, type Perform } from './commands.js'
import { isResolved, resolveLines } from './lines/resolve.js'
import { type EngineObserver, observedBy, timed } from './observer.js'
import { createPlaceLookup, NO_PLACES, type PlaceLookup, type Places } from './reads/places.js'
import {
  type CommandRequest,
  checkIds,
  isPersonal,
  type NewReservation,
  normalized,
  pinOf,
} from './requests.js'
import { RETRY_DEFAULTS, type RetryOptions } from './retry.js'
import { withCommandSpans, withDatabaseSpans } from './spans.js'
import type { Tracing } from './tracing.js'
import { createBatcher } from './transaction/batch/batcher.js'
import { QUEUE_DEFAULTS, type QueueBounds } from './transaction/batch/queue.js'
import type { AnsweredCommand } from './transaction/execute.js'
import { createExpiry, type Expiry } from './transaction/expiry.js'
import { type CommandPin, type KeyedCommand, pinMark } from './transaction/keyed-command.js'
import { PoolTurns } from './transaction/pool-turns.js'
import { createReclaiming, type Reclaiming } from './transaction/reclaim.js'
import {
  type CallerSignal,
  LIMITED_LISTINGS_MAX,
  type Runner,
  type RunnerOptions,
  runAlone,
} from './transaction/runner.js'
import { transact, type Work } from './transaction/transact.js'
import { SetAside } from './upkeep/set-aside.js'

/** The definite answer to a command. */
export type CommandResult = Outcome & {
  /** True when the answer was given before, under the same key. */
  readonly replayed: boolean
  /** How often the engine ran the transaction; 1 when nobody was in the way. */
  readonly attempts: number
  /** Which of the pools that it names are nights or slots. */
  readonly places: Places
  /** How to reach the customer, and the seller's notes, as they are now; undefined for none. */
  readonly details?: Details
}

export interface CommandOptions extends ChangeOptions {
  /**
   * Makes a retry safe: the same key with the same command has one effect and one answer. Any
   * printable text of 1 to 255 characters, unique for the caller within the listing. A key that comes
   * again with another command is refused as `idempotency_key_reused`, one that is being worked on as
   * `idempotency_in_progress`.
   */
  readonly key?: string
  /**
   * Whose key it is: the same key of another caller is another key. Any printable text of up to 255
   * characters but `*`; default the empty one. Give each party that chooses keys of its own a name,
   * or one of them could hear the answer to another one's command.
   */
  readonly caller?: string
  /**
   * Aborted when the caller gave up: a command that has not begun by then is dropped. An
   * AbortSignal, or anything else with an `aborted` that is looked at when the command's turn comes.
   */
  readonly signal?: CallerSignal
}

/** For the commands that act on a reservation. */
export interface TransitionOptions extends CommandOptions {
  /**
   * The version that the caller has seen, or several of which any will do; refused as
   * `version_mismatch` when it has changed.
   */
  readonly expectedVersion?: ExpectedVersion
}

/**
 * Every method answers with a definite yes or no, and what it says yes to has been committed.
 *
 * @throws HoldfastError `invalid_input` for a request that breaks a rule; `contention`,
 * `overloaded` or `database_unavailable` when nothing was written; `outcome_unknown` when COMMIT
 * got no answer, in which case the same command under the same key finds the truth
 */
export interface Engine {
  readonly strategy: Strategy
  /** Commands that wait for a batch to take them. */
  readonly waiting: number
  /** Tells another one, from now on, what happens; beside the one of the options. */
  observe(observer: EngineObserver): void
  /** Takes every line for good, or none. */
  reserve(
    listingId: string,
    wanted: NewReservation,
    options?: CommandOptions,
  ): Promise<CommandResult>
  /** Takes every line for a while, or none. `ttlMs` is at most what the listing allows. */
  hold(
    listingId: string,
    wanted: NewReservation & { readonly ttlMs: number },
    options?: CommandOptions,
  ): Promise<CommandResult>
  /** Keeps what a hold took. With a `paymentRef` even after its time, if the units are free. */
  confirm(
    listingId: string,
    reservationId: string,
    options?: TransitionOptions & { readonly paymentRef?: string },
  ): Promise<CommandResult>
  /** Gives a hold back before its time is up. */
  release(
    listingId: string,
    reservationId: string,
    options?: TransitionOptions,
  ): Promise<CommandResult>
  /** Gives a confirmed reservation back. */
  cancel(
    listingId: string,
    reservationId: string,
    options?: TransitionOptions,
  ): Promise<CommandResult>
  /** Lets a hold last longer, from now on. */
  extend(
    listingId: string,
    reservationId: string,
    options: TransitionOptions & { readonly ttlMs: number },
  ): Promise<CommandResult>
  /** Swaps the lines for others, all or nothing; with `heldOnly` not once it is confirmed. */
  change(
    listingId: string,
    reservationId: string,
    options: TransitionOptions & {
      readonly lines: readonly LineRequest[]
      readonly heldOnly?: boolean
      /** What is over, or too soon, may be among the lines; default false. */
      readonly allowPast?: boolean
    },
  ): Promise<CommandResult>
  /** Corrects how to reach the customer, and the seller's notes, in whatever state it is. */
  describe(
    listingId: string,
    reservationId: string,
    options: TransitionOptions & DetailsChange,
  ): Promise<CommandResult>
  /** Gives an overdue hold's units back; the same answer as for any other transition. */
  expire(listingId: string, reservationId: string): Promise<CommandResult>
  /** Runs a command of the house's own, which has no key and was checked by whoever made it. */
  run(listingId: string, command: Command, by: Attribution): Promise<CommandResult>
  /** Runs work of the house's own that takes units among other things; see `Work`. */
  transact<Value>(listingId: string, work: Work<Value>, by: Attribution): Promise<Value>
  /** Under which requests that have something personal are hashed; asked of the database once. */
  readonly hashSecret: () => Promise<Buffer>
  /** Which pools are nights or slots, as far as this process has asked. */
  readonly places: PlaceLookup
  /** Expires overdue holds, many in one transaction; the upkeep's. */
  readonly expiry: Expiry
  /** Everybody who observes, for work beside the commands. */
  readonly observer: Required<EngineObserver>
}

export interface EngineOptions {
  readonly db: Database
  readonly strategy: Strategy
  /** Bounds of the retry loop; what is left out keeps its default. */
  readonly retry?: Partial<RetryOptions>
  /** Bounds of the queue of a strategy that batches; what is left out keeps its default. */
  readonly queue?: Partial<QueueBounds>
  /**
   * How long a caller waits for an answer, in milliseconds; default 10,000. Then it is `contention`, and
   * nothing was written; or `outcome_unknown`, once COMMIT had been sent.
   */
  readonly deadlineMs?: number
  readonly observer?: EngineObserver
  /** Who a command is by, for the journal, unless its options say so; default `app:holdfast`. */
  readonly actor?: string
  /** Where spans go; default nowhere. */
  readonly tracing?: Tracing | undefined
  /** Called after COMMIT with everything that was written; it has to be quick, and must not throw. */
  readonly onCommitted?: (listingId: string, changeSets: readonly ChangeSet[]) => void
  /** Called with what went wrong in somebody else's name: an overdue hold that cannot be expired. */
  readonly onError?: (error: Error, what: string) => void
  /** Names the unsafe strategy that is run on purpose; the lab's alone, for its controls. */
  readonly unsafe?: string
}

const DEADLINE_MS = 10_000

/** @throws HoldfastError `invalid_input` for an unsafe strategy that `unsafe` does not name */
export function createEngine(options: EngineOptions): Engine {
  const { strategy, tracing } = options
  if (!strategy.safe && options.unsafe !== strategy.name) {
    throw new HoldfastError('invalid_input', `${strategy.name} oversells; only the lab runs it`)
  }
  const observers = options.observer === undefined ? [] : [options.observer]
  const observer = observedBy(observers)
  const running = {
    db: withDatabaseSpans(options.db, tracing),
    strategy: timed(strategy, observer),
    bounds: { ...RETRY_DEFAULTS, ...options.retry },
    places: createPlaceLookup(),
    limitedListings: new BoundedSet<string>(LIMITED_LISTINGS_MAX),
    onCommitted: options.onCommitted ?? (() => {}),
    observer,
  }
  const queue = { ...QUEUE_DEFAULTS, ...options.queue }
  const batcher = strategy.batchMax > 1 ? createBatcher({ ...running, queue, tracing }) : undefined
  const failing = new SetAside({
    onFailure: (error, first) => {
      observer.upkeepFailed('overdue holds')
      if (first) options.onError?.(error, 'overdue holds')
    },
  })
  const expiry = createExpiry(running, failing)
  const turns = new PoolTurns(options.db.connectionsMax - 1, options.db.acquireTimeoutMs)
  const reclaiming = createReclaiming(running.db, expiry, turns)
  const decide = decider(reclaiming, batcher?.run ?? runAlone(running, turns))
  const runAsIs: Engine['run'] = (listingId, command, by) =>
    decide(listingId, { command, pin: undefined, by })
  const { actor = DEFAULT_ACTOR, deadlineMs = DEADLINE_MS } = options
  const tokens = createTokens(running.db)
  const hashSecret = () => tokens.derive('requests')
  const perform = performer(running, decide, { actor, deadlineMs, hashSecret })
  return {
    strategy,
    hashSecret,
    places: running.places,
    expiry,
    observer,
    get waiting() {
      return batcher?.waiting ?? 0
    },
    observe: (another) => {
      observers.push(another)
    },
    ...commandsOf(withCommandSpans(perform, strategy.name, tracing)),
    run: withCommandSpans(runAsIs, strategy.name, tracing),
    transact: async (listingId, work, by) => {
      const attempt = (mayReclaim: boolean) =>
        transact(running, listingId, work, { by, mayReclaim })
      const { value } = await reclaiming(listingId, attempt)
      return value.done
    },
  }
}

type Decide = (
  listingId: string,
  keyed: KeyedCommand,
  signal?: CallerSignal,
) => Promise<CommandResult>

/** Runs one command until it has a definite answer. */
function decider(reclaiming: Reclaiming, runner: Runner): Decide {
  return async (listingId, keyed, signal) => {
    const attempt = (mayReclaim: boolean) =>
      runner(listingId, mayReclaim ? keyed : { ...keyed, mayReclaim }, signal)
    const { value, attempts } = await reclaiming(listingId, attempt, keyed.deadlineAtMs)
    return resultOf(value, attempts)
  }
}

/**
 * A yes is written out, and what need not be copied is not copied: on a hot pool a fifth of a command's
 * time in the engine went into copies of objects.
 */
function resultOf(
  { outcome, replayed, places, details }: AnsweredCommand,
  attempts: number,
): CommandResult {
  const { kind } = outcome
  if (details !== undefined) return { ...outcome, replayed, attempts, places, details }
  if (kind === 'refused' || outcome.reacquired || outcome.refund !== undefined) {
    return { ...outcome, replayed, attempts, places }
  }
  return { kind, reservation: outcome.reservation, replayed, attempts, places }
}

interface PerformerOptions extends Pick<Engine, 'hashSecret'> {
  readonly actor: string
  readonly deadlineMs: number
}

/** Runs requests: under a key one at a time, and with their lines resolved to pools. */
function performer(
  running: RunnerOptions,
  decide: Decide,
  { actor, deadlineMs, hashSecret }: PerformerOptions,
): Perform {
  const inFlight = new Set<string>()

  /** Only what is bound to a time has to be looked up: everything else is in the queue at once. */
  async function resolveAndDecide(
    listingId: string,
    request: CommandRequest,
    pin: CommandPin | undefined,
    by: Attribution,
    signal: CallerSignal | undefined,
  ): Promise<CommandResult> {
    const deadlineAtMs = performance.now() + deadlineMs
    if (isResolved(running, listingId, request)) {
      return decide(listingId, { command: request, pin, by, deadlineAtMs }, signal)
    }
    const bounds = { ...running.bounds, deadlineAtMs }
    const resolved = await resolveLines({ ...running, bounds }, listingId, request)
    const command = { ...request, ...resolved }
    return decide(listingId, { command, pin, by, deadlineAtMs }, signal)
  }

  return async (listingId, request, options = {}) => {
    const { key, caller, signal } = options
    checkIds(listingId, request.reservationId)
    const listing = listingId.toLowerCase()
    const normal = normalized(request)
    const secret = key !== undefined && isPersonal(normal) ? await hashSecret() : undefined
    const pin = pinOf(normal, key, caller, secret)
    const by = byWhom(request, options, actor)
    if (pin === undefined) return resolveAndDecide(listing, normal, pin, by, signal)
    const ticket = `${listing}/${pinMark(pin)}`
    if (inFlight.has(ticket)) {
      const outcome = refused({ code: 'idempotency_in_progress' })
      return { ...outcome, replayed: false, attempts: 0, places: NO_PLACES }
    }
    inFlight.add(ticket)
    try {
      return await resolveAndDecide(listing, normal, pin, by, signal)
    } finally {
      inFlight.delete(ticket)
    }
  }
}

/** Holds expire by themselves, whoever's command had to tidy them away. */
export function byWhom(
  { kind }: Pick<CommandRequest, 'kind'>,
  options: ChangeOptions,
  actor: string,
): Attribution {
  return kind === 'expire' ? BY_SYSTEM : attributionOf(options, actor)
}
