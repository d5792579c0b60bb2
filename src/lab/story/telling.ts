/**
 * Of the requests of a witness, the few that matter: the one with which it went wrong, and those that
 * were under way at the same time. A double booking of small bookings has dozens of requests, and
 * nobody reads dozens.
 */
import type { History, OperationRecord } from '../history/history.js'

export interface Telling {
  /** At most three, in the order of calls. */
  readonly told: readonly OperationRecord[]
  /** All others, in the order of calls. */
  readonly folded: readonly OperationRecord[]
}

const TOLD_MAX = 3

export function tellingOf(witness: History): Telling {
  const { operations } = witness
  if (operations.length <= TOLD_MAX) return { told: operations, folded: [] }
  const together = decidedTogether(witness)
  if (together.length > 1) return split(operations, new Set(together.slice(0, TOLD_MAX)))
  const culprit = lastToMove(witness) ?? operations.at(-1)
  const byNearness = operations
    .filter((each) => each !== culprit)
    .sort((a, b) => nearness(b, culprit) - nearness(a, culprit))
  return split(operations, new Set([culprit, ...byNearness.slice(0, TOLD_MAX - 1)]))
}

function split(
  operations: readonly OperationRecord[],
  chosen: ReadonlySet<OperationRecord | undefined>,
): Telling {
  return {
    told: operations.filter((each) => chosen.has(each)),
    folded: operations.filter((each) => !chosen.has(each)),
  }
}

/** The requests whose steps have one and the same version, where there are such: the most, and the latest. */
function decidedTogether({ movements, operations }: History): OperationRecord[] {
  const groups = new Map<string, OperationRecord[]>()
  for (const { poolId, version, delta, reservationId } of movements) {
    const operation = operations.find((each) => each.reservationId === reservationId)
    if (operation === undefined || delta <= 0) continue
    const name = `${poolId} ${version}`
    groups.set(name, [...(groups.get(name) ?? []), operation])
  }
  return [...groups.values()].reduce<OperationRecord[]>(
    (most, each) => (each.length >= most.length ? each : most),
    [],
  )
}

/** The request whose step has the latest version: with it there was more than there is. */
function lastToMove({ movements, operations }: History): OperationRecord | undefined {
  const last = movements.reduce<History['movements'][number] | undefined>(
    (latest, each) => (latest === undefined || each.version >= latest.version ? each : latest),
    undefined,
  )
  if (last?.reservationId === undefined) return undefined
  return operations.find(({ reservationId }) => reservationId === last.reservationId)
}

/** How long two requests were under way together, in nanoseconds; negative for the time between them. */
function nearness(one: OperationRecord, other: OperationRecord | undefined): number {
  if (other === undefined) return 0
  const end = Math.min(returnOf(one), returnOf(other))
  return end - Math.max(one.calledNs, other.calledNs)
}

function returnOf({ returnedNs }: OperationRecord): number {
  return returnedNs ?? Number.POSITIVE_INFINITY
}
