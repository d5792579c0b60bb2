/**
 * What an application calls. The engine runs the transaction, tries again when somebody else was
 * faster, and tidies overdue holds away before it refuses anybody. It decides nothing itself: what
 * a command means is the domain's, whether units are there is the strategy's.
 */
import { createHash } from 'node:crypto'
import { HoldfastError } from '../domain/errors.js'
import { isUuid, newId } from '../domain/ids.js'
import type {
  ChangeCommand,
  Command,
  HoldCommand,
  ReserveCommand,
} from '../domain/reservation/command.js'
import {
  checkLineRequests,
  isPoolLine,
  type LineRequest,
} from '../domain/reservation/line-request.js'
import { type Outcome, refused } from '../domain/reservation/outcome.js'
import {
  CUSTOMER_LENGTH_MAX,
  isBlockCustomer,
  isCustomer,
  isPlainText,
  type Reservation,
} from '../domain/reservation/reservation.js'
import type { Database } from '../storage/driver/database.js'
import { findOverdueOnPools, findReservations } from '../storage/tables/reservations.js'
import type { Strategy } from '../strategies/strategy.js'
import { resolveLines } from './lines/resolve.js'
import { type EngineObserver, observedBy, timed } from './observer.js'
import { RETRY_DEFAULTS, type RetryOptions } from './retry.js'
import { createBatcher, QUEUE_DEFAULTS, type QueueBounds } from './transaction/batcher.js'
import type { KeyedCommand } from './transaction/execute.js'
import { type CallerSignal, runAlone } from './transaction/runner.js'

/** The definite answer to a command. */
export type CommandResult = Outcome & {
  /** True when the answer was given before, under the same key. */
  readonly replayed: boolean
  /** How often the engine ran the transaction; 1 when nobody was in the way. */
  readonly attempts: number
}

export interface CommandOptions {
  /**
   * Makes a retry safe: the same key with the same command has one effect and one answer. Any
   * printable text of 1 to 255 characters, unique within the listing. A key that comes again with another
   * command is refused as `idempotency_key_reused`, one that is being worked on as
   * `idempotency_in_progress`.
   */
  readonly key?: string
  /**
   * Aborted when the caller gave up: a command that has not begun by then is dropped. An
   * AbortSignal, or anything else with an `aborted` that is looked at when the command's turn comes.
   */
  readonly signal?: CallerSignal
}

/** For the commands that act on a reservation. */
export interface TransitionOptions extends CommandOptions {
  /** The version that the caller has seen; refused as `version_mismatch` when it has changed. */
  readonly expectedVersion?: number
}

export interface NewReservation {
  readonly customer: string
  /** Units of pools, slots and ranges of time, and stays, which take every night of theirs. */
  readonly lines: readonly LineRequest[]
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
  /** Keeps what a hold took; see `Confirm` for payments that come late. */
  confirm(
    listingId: string,
    reservationId: string,
    options?: TransitionOptions & { readonly paymentRef?: string },
  ): Promise<CommandResult>
  release(
    listingId: string,
    reservationId: string,
    options?: TransitionOptions,
  ): Promise<CommandResult>
  cancel(
    listingId: string,
    reservationId: string,
    options?: TransitionOptions,
  ): Promise<CommandResult>
  extend(
    listingId: string,
    reservationId: string,
    options: TransitionOptions & { readonly ttlMs: number },
  ): Promise<CommandResult>
  change(
    listingId: string,
    reservationId: string,
    options: TransitionOptions & { readonly lines: readonly LineRequest[] },
  ): Promise<CommandResult>
  /** Gives an overdue hold's units back; the same answer as for any other transition. */
  expire(listingId: string, reservationId: string): Promise<CommandResult>
  /** The reservation as it is now; undefined when the listing has none under this id. */
  find(listingId: string, reservationId: string): Promise<Reservation | undefined>
}

export interface EngineOptions {
  readonly db: Database
  readonly strategy: Strategy
  /** Bounds of the retry loop; what is left out keeps its default. */
  readonly retry?: Partial<RetryOptions>
  /** Bounds of the queue of a strategy that batches; what is left out keeps its default. */
  readonly queue?: Partial<QueueBounds>
  readonly observer?: EngineObserver
  /** Names the unsafe strategy that is run on purpose; the lab's alone, for its controls. */
  readonly unsafe?: string
}

/** How often overdue holds are tidied away for one command before it is told to try again. */
const RECLAIMS_MAX = 5
/** How many overdue holds are tidied away at once. */
const RECLAIM_BATCH = 50
const KEY_LENGTH_MAX = 255
const PAYMENT_REF_LENGTH_MAX = 255

/** @throws HoldfastError `invalid_input` for an unsafe strategy that `unsafe` does not name */
export function createEngine(options: EngineOptions): Engine {
  const { db, strategy } = options
  if (!strategy.safe && options.unsafe !== strategy.name) {
    throw new HoldfastError('invalid_input', `${strategy.name} oversells; only the lab runs it`)
  }
  const observers = options.observer === undefined ? [] : [options.observer]
  const observer = observedBy(observers)
  const bounds = { ...RETRY_DEFAULTS, ...options.retry }
  const running = {
    db,
    strategy: timed(strategy, observer),
    bounds,
    limitedListings: new Set<string>(),
  }
  const batcher =
    strategy.batchMax > 1
      ? createBatcher({
          ...running,
          queue: { ...QUEUE_DEFAULTS, ...options.queue },
          observer,
        })
      : undefined
  const runner = batcher?.run ?? runAlone(running)
  const inFlight = new Set<string>()

  async function perform(
    listingId: string,
    said: CommandRequest,
    options: CommandOptions = {},
  ): Promise<CommandResult> {
    checkIds(listingId, said.reservationId)
    const listing = listingId.toLowerCase()
    const asked = { ...said, reservationId: said.reservationId.toLowerCase() }
    const pin = pinOf(asked, options.key)
    if (pin === undefined) return understood(listing, asked, pin, options.signal)
    const ticket = `${listing}/${pin.key}`
    if (inFlight.has(ticket)) {
      const outcome = refused({ code: 'idempotency_in_progress' })
      return { ...outcome, replayed: false, attempts: 0 }
    }
    inFlight.add(ticket)
    try {
      return await understood(listing, asked, pin, options.signal)
    } finally {
      inFlight.delete(ticket)
    }
  }

  /** Only times and stays have to be looked up: everything else is in the queue at once. */
  async function understood(
    listingId: string,
    asked: CommandRequest,
    pin: KeyedCommand['pin'],
    signal: CallerSignal | undefined,
  ): Promise<CommandResult> {
    if (!('lines' in asked)) return decided(listingId, { command: asked, pin }, signal)
    const { lines } = asked
    const meant = lines.every(isPoolLine)
      ? { lines }
      : await resolveLines(running, listingId, lines)
    return decided(listingId, { command: { ...asked, ...meant }, pin }, signal)
  }

  /** Runs one command until it has a definite answer. */
  async function decided(
    listingId: string,
    keyed: KeyedCommand,
    signal?: CallerSignal,
  ): Promise<CommandResult> {
    let attempts = 0
    for (let reclaims = 0; reclaims <= RECLAIMS_MAX; reclaims += 1) {
      const run = await runner(listingId, keyed, signal)
      attempts += run.attempts
      const { value } = run
      if (value.kind === 'answer') {
        return { ...value.outcome, replayed: value.replayed, attempts }
      }
      await reclaim(listingId, value.poolIds)
    }
    throw new HoldfastError(
      'contention',
      'others took what overdue holds gave back, again and again; nothing was written, try again',
    )
  }

  async function reclaim(listingId: string, poolIds: readonly string[]): Promise<void> {
    for (const reservationId of await findOverdueOnPools(db, listingId, poolIds, RECLAIM_BATCH)) {
      await decided(listingId, { command: { kind: 'expire', reservationId }, pin: undefined })
    }
  }

  return {
    strategy,
    get waiting() {
      return batcher?.waiting ?? 0
    },
    observe: (another) => {
      observers.push(another)
    },
    reserve: (listingId, wanted, options) =>
      perform(listingId, { kind: 'reserve', ...born(wanted) }, options),
    hold: (listingId, wanted, options) => {
      const { ttlMs } = wanted
      return perform(
        listingId,
        { kind: 'hold', ...born(wanted), ttlMs: checkedTtl(ttlMs) },
        options,
      )
    },
    confirm: (listingId, reservationId, options = {}) => {
      const { paymentRef } = options
      checkPaymentRef(paymentRef)
      return perform(
        listingId,
        {
          kind: 'confirm',
          reservationId,
          ...expecting(options),
          ...(paymentRef === undefined ? {} : { paymentRef }),
        },
        options,
      )
    },
    release: (listingId, reservationId, options = {}) =>
      perform(listingId, { kind: 'release', reservationId, ...expecting(options) }, options),
    cancel: (listingId, reservationId, options = {}) =>
      perform(listingId, { kind: 'cancel', reservationId, ...expecting(options) }, options),
    extend: (listingId, reservationId, options) => {
      const ttlMs = checkedTtl(options.ttlMs)
      return perform(
        listingId,
        { kind: 'extend', reservationId, ttlMs, ...expecting(options) },
        options,
      )
    },
    change: (listingId, reservationId, options) => {
      const { lines } = options
      checkLineRequests(lines)
      return perform(
        listingId,
        { kind: 'change', reservationId, lines, ...expecting(options) },
        options,
      )
    },
    expire: (listingId, reservationId) => perform(listingId, { kind: 'expire', reservationId }),
    find: async (listingId, reservationId) => {
      if (!isUuid(listingId) || !isUuid(reservationId)) return undefined
      const [reservation] = await findReservations(db, listingId, [reservationId.toLowerCase()])
      return reservation
    },
  }
}

function born({ customer, lines }: NewReservation) {
  if (!isCustomer(customer)) {
    throw new HoldfastError(
      'invalid_input',
      `a customer is at most ${CUSTOMER_LENGTH_MAX} printable characters`,
    )
  }
  if (isBlockCustomer(customer)) {
    throw new HoldfastError('invalid_input', `${customer} is a block: name the block in the lines`)
  }
  checkLineRequests(lines)
  return { reservationId: newId(), customer, lines }
}

function expecting({ expectedVersion }: TransitionOptions): { expectedVersion?: number } {
  return expectedVersion === undefined ? {} : { expectedVersion }
}

function checkedTtl(ttlMs: number): number {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= 1) return ttlMs
  throw new HoldfastError(
    'invalid_input',
    `a hold lasts a whole number of milliseconds from 1, not ${ttlMs}`,
  )
}

function checkPaymentRef(paymentRef: string | undefined): void {
  if (paymentRef === undefined) return
  if (paymentRef.length > 0 && isPlainText(paymentRef, PAYMENT_REF_LENGTH_MAX)) return
  throw new HoldfastError(
    'invalid_input',
    `a payment reference has 1 to ${PAYMENT_REF_LENGTH_MAX} printable characters`,
  )
}

function checkIds(listingId: string, reservationId: string): void {
  for (const id of [listingId, reservationId]) {
    if (isUuid(id)) continue
    throw new HoldfastError('invalid_input', `the id ${JSON.stringify(id)} is no UUID`)
  }
}

/** A command as it was said: its lines may be times or stays. */
type CommandRequest =
  | Exclude<Command, { lines: unknown }>
  | Unresolved<ReserveCommand>
  | Unresolved<HoldCommand>
  | Unresolved<ChangeCommand>

type Unresolved<Taking extends ReserveCommand | HoldCommand | ChangeCommand> = Omit<
  Taking,
  'lines' | 'ranges' | 'refusal'
> & { readonly lines: readonly LineRequest[] }

/** The command's hash leaves out the id that a new reservation would get: a retry draws another. */
function pinOf(command: CommandRequest, key: string | undefined): KeyedCommand['pin'] {
  if (key === undefined) return undefined
  if (key.length === 0 || !isPlainText(key, KEY_LENGTH_MAX)) {
    throw new HoldfastError(
      'invalid_input',
      `an idempotency key has 1 to ${KEY_LENGTH_MAX} printable characters`,
    )
  }
  const isNew = command.kind === 'reserve' || command.kind === 'hold'
  const said = isNew ? { ...command, reservationId: null } : command
  return { key, requestHash: createHash('sha256').update(JSON.stringify(said)).digest() }
}
