/** The two wire formats that clients of a race speak, behind one seam. */

import type { HistoryLine, OperationRecord } from '../history/history.js'
import type { Door } from './doors.js'

export type AskKind = 'reserve' | 'hold' | 'confirm' | 'release' | 'cancel' | 'extend'

/** One request, as a client means it. */
export interface Ask {
  readonly kind: AskKind
  /** Names the intent; the Idempotency-Key where there is one. */
  readonly key: string
  readonly customer: string
  /** What is wanted, for `reserve` and `hold`. */
  readonly lines?: readonly HistoryLine[]
  /** For `hold` and `extend`. */
  readonly seconds?: number
  /** For the other kinds. */
  readonly reservationId?: string
}

/** What came back, as the history has it. */
export interface Told
  extends Pick<OperationRecord, 'outcome' | 'code' | 'reservationId' | 'state' | 'expiresAtMs'> {}

/** How requests of a scenario are sent and answers are read. Nothing here throws. */
export interface Face {
  /** True when a request may be sent again under its key without being done twice. */
  readonly keyed: boolean
  /** The pools with something left, in the server's order; undefined when there was no answer. */
  look(door: Door): Promise<readonly string[] | undefined>
  ask(door: Door, ask: Ask): Promise<Told>
}

/** After these nothing has been written, whatever the key; the same request may be sent again. */
const NOTHING_WRITTEN: ReadonlySet<string> = new Set([
  'contention',
  'overloaded',
  'database_unavailable',
  'rate_limited',
])

/** What a problem's code, with its status, leaves to believe. */
export function outcomeOfProblem(code: string, status: number): Told['outcome'] {
  if (NOTHING_WRITTEN.has(code)) return 'conflict'
  // The request that is being worked on will tell; this answer does not.
  if (status >= 500 || code === 'idempotency_in_progress') return 'unknown'
  return 'refused'
}

export const NO_ANSWER: Told = { outcome: 'unknown', code: 'connection_lost' }
