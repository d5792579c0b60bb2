/** The two wire formats that clients of a race speak, behind one seam. */

import type { HistoryLine, OperationRecord } from '../history/history.js'
import type { Door } from './doors.js'

export type RequestKind = 'reserve' | 'hold' | 'confirm' | 'release' | 'cancel' | 'extend'

/** One request of a client, whatever format it is sent in. */
export interface ClientRequest {
  readonly kind: RequestKind
  /** Names the operation; it is the Idempotency-Key where there is one. */
  readonly key: string
  readonly customer: string
  /** What is wanted, for `reserve` and `hold`. */
  readonly lines?: readonly HistoryLine[]
  /** For `hold` and `extend`. */
  readonly seconds?: number
  /** For the other kinds. */
  readonly reservationId?: string
}

/** What came back, in the form of the history. */
export interface ClientAnswer
  extends Pick<OperationRecord, 'outcome' | 'code' | 'reservationId' | 'state' | 'expiresAtMs'> {}

/** How requests of a scenario are sent and answers are read. Nothing here throws. */
export interface Face {
  /** True when a request may be sent again under its key without being done twice. */
  readonly keyed: boolean
  /** The pools with something left, in the server's order; undefined when there was no answer. */
  look(door: Door): Promise<readonly string[] | undefined>
  send(door: Door, request: ClientRequest): Promise<ClientAnswer>
}

/** After these nothing has been written, whatever the key; the same request may be sent again. */
const NOTHING_WRITTEN: ReadonlySet<string> = new Set([
  'contention',
  'overloaded',
  'database_unavailable',
  'rate_limited',
])

/** What a problem's code and status say about the request. */
export function outcomeOfProblem(code: string, status: number): ClientAnswer['outcome'] {
  if (NOTHING_WRITTEN.has(code)) return 'conflict'
  // The request that is under way will find out; this answer does not say.
  if (status >= 500 || code === 'idempotency_in_progress') return 'unknown'
  return 'refused'
}

export const NO_ANSWER: ClientAnswer = { outcome: 'unknown', code: 'connection_lost' }
