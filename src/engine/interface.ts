/** What an engine does: its commands, and what they are answered with. */
import type { Attribution } from '../domain/journal.js'
import type { Command, ExpectedVersion } from '../domain/reservation/command.js'
import type { Details, DetailsChange } from '../domain/reservation/details.js'
import type { LineRequest } from '../domain/reservation/line-request.js'
import type { Outcome } from '../domain/reservation/outcome.js'
import type { Strategy } from '../strategies/strategy.js'
import type { ChangeOptions } from './attribution.js'
import type { EngineObserver } from './observer.js'
import type { PlaceLookup, Places } from './reads/places.js'
import type { NewReservation } from './requests.js'
import type { Expiry } from './transaction/expiry.js'
import type { CallerSignal } from './transaction/runner.js'
import type { Work } from './transaction/transact.js'

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
