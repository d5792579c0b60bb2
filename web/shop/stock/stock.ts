/** What is left, as events tell it: pure, so that the order of what happens is all there is to it. */
import type {
  Availability,
  LiveEvent,
  PoolAvailability,
  TimedPool,
  TimeSpan,
} from 'holdfast/client'

/** What is left of one resource's time. */
export interface TimeLeft {
  readonly pools: ReadonlyMap<string, TimedPool>
  /** Where ranges are sold. */
  readonly free: readonly TimeSpan[]
}

export interface Stock {
  /** Units that are bound to no time, by pool. */
  readonly units: ReadonlyMap<string, PoolAvailability>
  /** By resource. */
  readonly times: ReadonlyMap<string, TimeLeft>
}

export const NO_STOCK: Stock = { units: new Map(), times: new Map() }

const NO_TIME: TimeLeft = { pools: new Map(), free: [] }

export function stockOf(availability: Availability): Stock {
  return withChange(NO_STOCK, availability)
}

/** What is left after the event. */
export function afterEvent(stock: Stock, { kind, availability }: LiveEvent): Stock {
  return kind === 'snapshot' ? stockOf(availability) : withChange(stock, availability)
}

function withChange(stock: Stock, { pools, resources = [] }: Availability): Stock {
  const units = new Map(stock.units)
  for (const pool of pools) units.set(pool.pool_id, pool)
  const times = new Map(stock.times)
  for (const { id, pools: changed, free, gone = [] } of resources) {
    const before = times.get(id) ?? NO_TIME
    const left = new Map(before.pools)
    for (const pool of changed) left.set(pool.pool_id, pool)
    for (const poolId of gone) left.delete(poolId)
    times.set(id, { pools: left, free: free ?? before.free })
  }
  return { units, times }
}

/** The pools of a resource in the order of time. */
export function timesOf(stock: Stock, resourceId: string): readonly TimedPool[] {
  const pools = stock.times.get(resourceId)?.pools ?? NO_TIME.pools
  return [...pools.values()].sort((a, b) => Date.parse(a.from) - Date.parse(b.from))
}
