/**
 * How many attempts may be under way: in all, and to each destination. A destination that hangs or fails
 * may keep neither its neighbours nor everybody else waiting, so one whose last attempts all failed gets
 * few places, and all of those together half. Pure.
 */

export interface LaneOptions {
  /** Attempts under way at once; default 64. */
  readonly atOnce?: number
  /** Of these, to one destination; default 8. */
  readonly atOncePerDestination?: number
}

interface Lane {
  underWay: number
  /** Deliveries whose newest attempt failed, without a success since: one that fails often counts once. */
  readonly failing: Set<string>
}

const AT_ONCE = 64
const AT_ONCE_PER_DESTINATION = 8
/** A mailbox that is full is one delivery, a server that is down is many. */
const FAILING_FROM = 3
const AT_ONCE_WHILE_FAILING = 2

export class Lanes {
  readonly #atOnce: number
  readonly #each: number
  readonly #lanes = new Map<string, Lane>()

  constructor({ atOnce = AT_ONCE, atOncePerDestination = AT_ONCE_PER_DESTINATION }: LaneOptions) {
    this.#atOnce = atOnce
    this.#each = atOncePerDestination
  }

  /** How many more attempts may begin, whatever the destination. */
  get free(): number {
    return this.#atOnce - this.#count(() => true)
  }

  /** How many more attempts to the destination may begin. */
  freeFor(destination: string): number {
    const lane = this.#lanes.get(destination)
    if (lane === undefined || !isFailing(lane)) {
      return Math.min(this.free, this.#each - (lane?.underWay ?? 0))
    }
    const left = Math.ceil(this.#atOnce / 2) - this.#count(isFailing)
    return Math.min(this.free, left, Math.min(this.#each, AT_ONCE_WHILE_FAILING) - lane.underWay)
  }

  /** Destinations to which nothing more may begin now. */
  full(): string[] {
    return [...this.#lanes.keys()].filter((destination) => this.freeFor(destination) <= 0)
  }

  begun(destination: string): void {
    const lane = this.#lanes.get(destination)
    if (lane === undefined) this.#lanes.set(destination, { underWay: 1, failing: new Set() })
    else lane.underWay += 1
  }

  ended(destination: string, deliveryId: string, succeeded: boolean): void {
    const lane = this.#lanes.get(destination)
    if (lane === undefined) return
    lane.underWay -= 1
    if (succeeded) lane.failing.clear()
    else if (!isFailing(lane)) lane.failing.add(deliveryId)
    if (lane.underWay === 0 && lane.failing.size === 0) this.#lanes.delete(destination)
  }

  #count(counts: (lane: Lane) => boolean): number {
    let underWay = 0
    for (const lane of this.#lanes.values()) if (counts(lane)) underWay += lane.underWay
    return underWay
  }
}

function isFailing({ failing }: Lane): boolean {
  return failing.size >= FAILING_FROM
}
