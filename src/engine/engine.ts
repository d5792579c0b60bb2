/**
 * Runs commands: the transaction, the retries when somebody else was faster, and the overdue holds
 * that have to go before anybody is refused. It decides nothing itself: what a command means is the
 * domain's business, whether units are free is the strategy's.
 */
import { createTokens } from '../access/tokens.js'
import { BoundedSet } from '../domain/bounded.js'
import { HoldfastError } from '../domain/errors.js'
import { type Attribution, BY_SYSTEM } from '../domain/journal.js'
import { refused } from '../domain/reservation/outcome.js'
import type { ChangeSet } from '../domain/reservation/settle.js'
import type { Database } from '../storage/driver/database.js'
import type { Strategy } from '../strategies/strategy.js'
import { attributionOf, type ChangeOptions, DEFAULT_ACTOR } from './attribution.js'
import { commandsOf, type Perform } from './commands.js'
import type { CommandResult, Engine } from './interface.js'
import { isResolved, resolveLines } from './lines/resolve.js'
import { type EngineObserver, observedBy, timed } from './observer.js'
import { createPlaceLookup, NO_PLACES } from './reads/places.js'
import { type CommandRequest, checkIds, isPersonal, normalized, pinOf } from './requests.js'
import { RETRY_DEFAULTS, type RetryOptions } from './retry.js'
import { withCommandSpans, withDatabaseSpans } from './spans.js'
import type { Tracing } from './tracing.js'
import { createBatcher } from './transaction/batch/batcher.js'
import { QUEUE_DEFAULTS, type QueueBounds } from './transaction/batch/queue.js'
import type { AnsweredCommand } from './transaction/execute.js'
import { createExpiry } from './transaction/expiry.js'
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
import { transact } from './transaction/transact.js'
import { SetAside } from './upkeep/set-aside.js'

export type { CommandOptions, CommandResult, Engine, TransitionOptions } from './interface.js'

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
