/** Keeps what clients asked for and were told, in memory, as the history has it. */
import type { Ask, Told } from '../visitors/face.js'
import type { OperationRecord } from './history.js'

export interface Recorder {
  /** In the order of their answers. */
  readonly operations: readonly OperationRecord[]
  /** Requests of which nobody knows what became of them, whatever was tried since. */
  unknown(): readonly Unknown[]
  /** A key that no other request of the race has; it tells whose it is. */
  nextKey(client: number): string
  record(client: number, ask: Ask, calledNs: number, told: Told): void
}

/** A request that can be sent again as it was. */
export interface Unknown {
  readonly client: number
  readonly ask: Ask
}

/** The machine's monotonic clock, comparable across its processes; exact for a hundred days of it. */
export function nowNs(): number {
  return Number(process.hrtime.bigint())
}

export function createRecorder(): Recorder {
  const operations: OperationRecord[] = []
  const unknown = new Map<string, Unknown>()
  let keys = 0
  return {
    operations,
    unknown: () => [...unknown.values()],
    nextKey(client) {
      keys += 1
      return `client-${client}-${keys}`
    },
    record(client, ask, calledNs, told) {
      const { kind, key, customer, lines, reservationId } = ask
      if (told.outcome === 'unknown') unknown.set(key, { client, ask })
      // "Nothing was written" is said of this attempt, not of an earlier one.
      else if (told.outcome !== 'conflict') unknown.delete(key)
      operations.push({
        type: 'operation',
        client,
        kind,
        key,
        calledNs,
        returnedNs: told.code === 'connection_lost' ? null : nowNs(),
        customer,
        ...(lines === undefined ? {} : { lines }),
        ...(reservationId === undefined ? {} : { reservationId }),
        ...told,
      })
    },
  }
}
