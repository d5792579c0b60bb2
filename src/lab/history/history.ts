/**
 * A history: every client's requests with their answers, and the database's rows after the race. The
 * checkers read nothing else, so a history that was kept can be judged again, by others too.
 *
 * On disk it is JSON lines, one record each, in any order after the first. Times are nanoseconds of
 * the machine's monotonic clock (`process.hrtime.bigint()`), comparable across its processes.
 */

/** The first line: what was raced. */
export interface RaceRecord {
  readonly type: 'race'
  /** The version of this format. */
  readonly format: 1
  readonly scenario: string
  readonly strategy: string
  readonly seed: number
  readonly listingId: string
  /** The pools that are raced for, with their capacity before the first request. */
  readonly pools: readonly {
    readonly poolId: string
    readonly name: string
    readonly capacity: number
  }[]
  /**
   * Both clocks, read together. Without it nobody can say when `expiresAtMs` was by the clients'
   * clock, and a hold counts as possibly ended from the start.
   */
  readonly clocks?: { readonly monotonicNs: number; readonly databaseMs: number }
  /** True when customers were sent mails: then a booking without one is a fault. */
  readonly mails?: boolean
}

/** Units of a pool, as a request asks for them. */
export interface HistoryLine {
  readonly poolId: string
  readonly quantity: number
}

export const OPERATION_KINDS = [
  'reserve',
  'hold',
  'confirm',
  'release',
  'cancel',
  'change',
  'extend',
  'capacity',
] as const

export type OperationKind = (typeof OPERATION_KINDS)[number]

/**
 * One request and its answer. A request that is sent again under its key is a record of its own with
 * the same `key`; the exact checker merges these into one operation.
 */
export interface OperationRecord {
  readonly type: 'operation'
  /** Which client, from 0. */
  readonly client: number
  readonly kind: OperationKind
  /** Names the operation: the idempotency key when it was sent with one, else unique to the request. */
  readonly key: string
  readonly calledNs: number
  /** Null when no answer came. */
  readonly returnedNs: number | null
  /**
   * `refused` is a definite no, `conflict` a definite "nothing was written, try again"; `unknown`
   * is anything after which the effect may or may not have taken place.
   */
  readonly outcome: 'ok' | 'refused' | 'conflict' | 'unknown'
  /** The refusal's or the fault's code: `insufficient_capacity`, `contention`, … */
  readonly code?: string
  readonly customer?: string
  /** What was asked for: the lines of a reserve, a hold or a change. Absent for the others. */
  readonly lines?: readonly HistoryLine[]
  /** Named by the request or by the answer. */
  readonly reservationId?: string
  /** The state that the answer gave. */
  readonly state?: string
  /** The database's time at which a hold ends, in milliseconds since 1970, as the answer gave it. */
  readonly expiresAtMs?: number
  /** For `capacity`: the pool and its new capacity. */
  readonly poolId?: string
  readonly capacity?: number
}

/** One pool after the race, as its row says. */
export interface PoolRecord {
  readonly type: 'pool'
  readonly poolId: string
  readonly capacity: number
  readonly taken: number
  readonly version: number
}

/** One reservation after the race, as its rows say. */
export interface ReservationRecord {
  readonly type: 'reservation'
  readonly reservationId: string
  readonly state: string
  readonly customer: string
  /** The key under which it was made, when it had one. */
  readonly key?: string
  readonly lines: readonly (HistoryLine & { readonly replaced: boolean })[]
}

/** One step of a pool's version, from the lines and the journal: an entry of the pool's ledger. */
export interface MovementRecord {
  readonly type: 'movement'
  readonly poolId: string
  readonly version: number
  readonly kind: 'take' | 'give_back' | 'capacity'
  /** What was added to `taken`; negative for a give-back, 0 for a change of capacity. */
  readonly delta: number
  /** The capacity from this version on, for `capacity`. */
  readonly capacity?: number
  readonly reservationId?: string
  /** The journal's word for the change that moved it: `confirmed`, `held`, `expired`, `changed`, … */
  readonly cause?: string
  /** The database's time of the journal's entry, in milliseconds since 1970. */
  readonly atMs?: number
}

/** One mail as it arrived at the mail server of the race. */
export interface MailRecord {
  readonly type: 'mail'
  /** What makes it one in a mailbox, however often it is sent: without angle brackets, as `event@host`. */
  readonly messageId: string
  /** The address that it was sent to. */
  readonly to: string
  /** The reservation that it is about; absent when it names none. */
  readonly reservationId?: string
  readonly receivedNs: number
}

export type HistoryRecord =
  | RaceRecord
  | OperationRecord
  | PoolRecord
  | ReservationRecord
  | MovementRecord
  | MailRecord

/** A whole history in memory. */
export interface History {
  readonly race: RaceRecord
  readonly operations: readonly OperationRecord[]
  readonly pools: readonly PoolRecord[]
  readonly reservations: readonly ReservationRecord[]
  readonly movements: readonly MovementRecord[]
  /** In the order of their arrival. */
  readonly mails: readonly MailRecord[]
}
