/**
 * The plainest judge there is: tries every order of events that real time allows, and looks for one
 * in which each is legal. Only for a handful of events; the checkers are held against it.
 */

/** What moved pools, at one moment between call and return. */
export interface Write {
  readonly kind: 'write'
  readonly callNs: number
  readonly returnNs: number
  readonly moves: readonly {
    readonly poolId: string
    readonly version: number
    readonly delta: number
    readonly capacity?: number
  }[]
}

/** A refusal: true at a moment at which one of these pools had too little. */
export interface Denial {
  readonly kind: 'denial'
  readonly callNs: number
  readonly returnNs: number
  readonly wants: ReadonlyMap<string, number>
}

export type Event = Write | Denial

interface Count {
  readonly version: number
  readonly taken: number
  readonly capacity: number
}

/** Whether there is an order of `events` that explains all of them. */
export function explainable(
  events: readonly Event[],
  capacities: ReadonlyMap<string, number>,
): boolean {
  const all = (1 << events.length) - 1
  const failed = new Set<number>()
  const goOn = (done: number, counts: ReadonlyMap<string, Count>): boolean => {
    if (done === all) return true
    // What is done decides the counts, so a set that failed once fails always.
    if (failed.has(done)) return false
    const open = events.filter((_, i) => !(done & (1 << i)))
    const firstReturn = Math.min(...open.map((event) => event.returnNs))
    for (const [i, event] of events.entries()) {
      if (done & (1 << i) || event.callNs > firstReturn) continue
      const next = event.kind === 'write' ? afterWrite(event, counts) : afterDenial(event, counts)
      if (next !== undefined && goOn(done | (1 << i), next)) return true
    }
    failed.add(done)
    return false
  }
  const start = [...capacities].map(([poolId, capacity]): [string, Count] => {
    return [poolId, { version: 0, taken: 0, capacity }]
  })
  return goOn(0, new Map(start))
}

function afterWrite(
  { moves }: Write,
  counts: ReadonlyMap<string, Count>,
): ReadonlyMap<string, Count> | undefined {
  const next = new Map(counts)
  for (const { poolId, version, delta, capacity } of moves) {
    const count = next.get(poolId)
    if (count === undefined || count.version + 1 !== version) return undefined
    const taken = count.taken + delta
    const limit = capacity ?? count.capacity
    if (taken < 0 || (delta > 0 && taken > limit)) return undefined
    next.set(poolId, { version, taken, capacity: limit })
  }
  return next
}

function afterDenial(
  { wants }: Denial,
  counts: ReadonlyMap<string, Count>,
): ReadonlyMap<string, Count> | undefined {
  for (const [poolId, units] of wants) {
    const count = counts.get(poolId)
    if (count !== undefined && count.capacity - count.taken < units) return counts
  }
  return undefined
}
