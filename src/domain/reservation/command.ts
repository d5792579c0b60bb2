/** What the engine can do. Every command names one reservation, which exists or is new. */

import type { StayFound } from '../time/stay.js'
import type { ResourceTime } from '../time/timed-line.js'
import type { TimedPool } from '../time/timed-pool.js'
import type { Line } from './demand.js'
import type { Details, DetailsChange } from './details.js'
import type { Refusal } from './outcome.js'

/** A version that the caller has seen, or several of which any will do. */
export type ExpectedVersion = number | readonly number[]

/** The reservation's version that the caller has seen; a change since then is refused. */
interface Expecting {
  readonly expectedVersion?: ExpectedVersion
}

/**
 * Undefined for a version that was expected, or where none was; else what to say was expected: of
 * several the newest.
 */
export function versionMissed(
  expected: ExpectedVersion | undefined,
  version: number | null,
): number | undefined {
  if (expected === undefined) return undefined
  const all = typeof expected === 'number' ? [expected] : expected
  if (version !== null && all.includes(version)) return undefined
  return all.reduce((newest, each) => Math.max(newest, each), 0)
}

/** What is to be taken, once it is known which pools that is. */
export interface ResolvedLines {
  readonly lines: readonly Line[]
  /** Why the request comes to no lines; answered like any other refusal. */
  readonly refusal?: Refusal
  /** Ranges that become lines when the transaction has opened a pool for each. */
  readonly ranges?: readonly ResourceTime[]
  /** The stays among the lines: whether they are on offer depends on what the customer has already. */
  readonly stays?: readonly StayFound[]
  /** The pools among the lines that are bound to a time, unless they are nights of `stays`. */
  readonly times?: readonly TimedPool[]
  /** What is over or too soon may be taken: a seller enters the past on purpose. */
  readonly allowPast?: true
}

/** What a block does with the rooms that it has of the hotel; no other caller may. */
interface BlockWork {
  readonly ofBlock?: true
}

/** Takes every line for good, or none. */
export interface ReserveCommand extends ResolvedLines, BlockWork {
  readonly kind: 'reserve'
  readonly reservationId: string
  readonly customer: string
  /** Undefined for none. */
  readonly details?: Details
}

/** Takes every line until `ttlMs` from now, or none. */
export interface HoldCommand extends ResolvedLines {
  readonly kind: 'hold'
  readonly reservationId: string
  readonly customer: string
  readonly ttlMs: number
  /** Undefined for none. */
  readonly details?: Details
}

/** Keeps what a hold took. With a payment, an expired hold takes its units again if they are free. */
export interface ConfirmCommand extends Expecting {
  readonly kind: 'confirm'
  readonly reservationId: string
  readonly paymentRef?: string
}

/** Gives a hold's units back before its time is up. */
export interface ReleaseCommand extends Expecting {
  readonly kind: 'release'
  readonly reservationId: string
}

/** Gives a confirmed reservation's units back. */
export interface CancelCommand extends Expecting, BlockWork {
  readonly kind: 'cancel'
  readonly reservationId: string
}

/** Lets a hold last until `ttlMs` from now. */
export interface ExtendCommand extends Expecting {
  readonly kind: 'extend'
  readonly reservationId: string
  readonly ttlMs: number
}

/** Swaps the lines for others, all or nothing; the original stays when the new ones do not fit. */
export interface ChangeCommand extends Expecting, ResolvedLines, BlockWork {
  readonly kind: 'change'
  readonly reservationId: string
  /** Refused as `invalid_transition` once it is confirmed: then it is for the seller to change. */
  readonly heldOnly?: true
}

/** Changes how to reach the customer, and the seller's notes; in whatever state the reservation is. */
export interface DescribeCommand extends Expecting {
  readonly kind: 'describe'
  readonly reservationId: string
  readonly change: DetailsChange
}

/** Gives an overdue hold's units back; for the sweeper, and for a command that needs the units. */
export interface ExpireCommand {
  readonly kind: 'expire'
  readonly reservationId: string
}

/** Notes that the money of a payment was given back. */
export interface SettleRefundCommand extends Expecting {
  readonly kind: 'settle_refund'
  readonly reservationId: string
  /** Which payment; may be left out while one refund of the reservation is due. */
  readonly paymentRef?: string
}

export type Command =
  | ReserveCommand
  | HoldCommand
  | ConfirmCommand
  | ReleaseCommand
  | CancelCommand
  | ExtendCommand
  | ChangeCommand
  | DescribeCommand
  | ExpireCommand
  | SettleRefundCommand

/** True for the commands that make a reservation rather than act on one. */
export function isCreation(command: Command): command is ReserveCommand | HoldCommand {
  return command.kind === 'reserve' || command.kind === 'hold'
}

/** The ranges that a command wants besides its lines; most want none. */
export function rangesOf(command: Command): readonly ResourceTime[] {
  return ('ranges' in command ? command.ranges : undefined) ?? []
}
