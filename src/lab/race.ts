/** The words of a race: what is raced, how far it has come, and how it ended. */
import type { StrategyName } from '../strategies/strategy.js'
import type { ControlName } from './controls/control.js'

/** What can be raced; see `contestants.ts`. */
export type ContestantName = StrategyName | ControlName

/** What is asked for on the command line. */
export interface RaceOptions {
  readonly scenario: string
  readonly strategy: ContestantName
  readonly clients: number
  readonly servers: number
  /** Rooms contracted in each hotel. */
  readonly rooms: number
  /** The upper bound of a client's pause after each request, in milliseconds; 0 for none. */
  readonly thinkMs: number
  /** Connections to the database per server. */
  readonly connections: number
  /** Decides every client's choices; the same seed draws the same numbers. */
  readonly seed: number
}

/** What the clients have counted so far. */
export interface RaceCounts {
  /** Requests to reserve that were answered, however. */
  readonly requests: number
  readonly reserved: number
  /** Answered "not enough rooms". */
  readonly refused: number
  /** Answered "conflict": nothing was written, the client asks again. */
  readonly conflicts: number
  /** Transactions that servers ran again before they answered. */
  readonly retries: number
  /** Requests without a definite answer: the connection broke, or a server's 5xx. */
  readonly unknown: number
}

/** One look at a race under way. */
export interface RaceSnapshot {
  readonly options: RaceOptions
  readonly elapsedMs: number
  readonly serversAlive: number
  readonly clientsDone: number
  /** What clients were told they got; the recount asks the database. */
  readonly hotels: readonly HotelProgress[]
  readonly counts: RaceCounts
  /** Reservations in each past tenth of a second, oldest first. */
  readonly reservedPerTick: readonly number[]
  readonly latencyMs: { readonly p50: number; readonly p99: number }
}

export interface HotelProgress {
  readonly name: string
  readonly contracted: number
  readonly sold: number
}

/** A hotel as the database tells it after the race. */
export interface HotelRecount {
  readonly name: string
  readonly contracted: number
  readonly reservations: number
  /** The sum of the reservations' lines. */
  readonly sold: number
  /** What the pool's own counter says. */
  readonly counter: number
}

/** What the recount found wrong; every figure is 0 in a race that went well. */
export interface Findings {
  /** Rooms sold beyond what is contracted, over all hotels. */
  readonly oversold: number
  /** Acknowledged reservations that are not in the database as acknowledged. */
  readonly lost: number
  /** Rooms left over although clients were refused or gave up. */
  readonly unsold: number
  /** Hotels whose counter is not the sum of their lines. */
  readonly drifted: number
}

export interface RaceResult {
  readonly options: RaceOptions
  readonly elapsedMs: number
  readonly counts: RaceCounts
  readonly reservedPerSecond: number
  readonly latencyMs: { readonly p50: number; readonly p99: number }
  readonly hotels: readonly HotelRecount[]
  readonly findings: Findings
  /** True when nothing was oversold, lost, left over, or counted wrongly. */
  readonly ok: boolean
}
