/** Keeps the clients' requests and their answers in memory, in the form of the history. */
import type { ClientAnswer, ClientRequest } from '../visitors/face.js'
import type { OperationRecord } from './history.js'

export interface Recorder {
  /** In the order of their answers. */
  readonly operations: readonly OperationRecord[]
  /** Requests without a definite answer, although they may have been sent again since. */
  unanswered(): readonly UnansweredRequest[]
  /** A key that no other request of the race has; it names the client. */
  nextKey(client: number): string
  record(client: number, request: ClientRequest, calledNs: number, answer: ClientAnswer): void
}

/** A request that can be sent again as it was. */
export interface UnansweredRequest {
  readonly client: number
  readonly request: ClientRequest
}

/** The machine's monotonic clock, comparable across its processes; exact for a hundred days of it. */
export function nowNs(): number {
  return Number(process.hrtime.bigint())
}

export function createRecorder(): Recorder {
  const operations: OperationRecord[] = []
  const unanswered = new Map<string, UnansweredRequest>()
  let keys = 0
  return {
    operations,
    unanswered: () => [...unanswered.values()],
    nextKey(client) {
      keys += 1
      return `client-${client}-${keys}`
    },
    record(client, request, calledNs, answer) {
      const { kind, key, customer, lines, reservationId } = request
      if (answer.outcome === 'unknown') unanswered.set(key, { client, request })
      // A conflict says that this attempt wrote nothing; an earlier one may have.
      else if (answer.outcome !== 'conflict') unanswered.delete(key)
      operations.push({
        type: 'operation',
        client,
        kind,
        key,
        calledNs,
        returnedNs: answer.code === 'connection_lost' ? null : nowNs(),
        customer,
        ...(lines === undefined ? {} : { lines }),
        ...(reservationId === undefined ? {} : { reservationId }),
        ...answer,
      })
    },
  }
}
