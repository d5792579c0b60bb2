/** One look at a race under way, as the panel shows it. */

import type { Sale, Scenario } from '../scenarios/scenario.js'
import type { RaceServers } from '../servers/servers.js'
import { visitsOf } from '../visitors/crowd.js'
import type { RaceOptions, RaceSnapshot, ResourceProgress } from './race.js'
import type { Tally } from './tally.js'

export interface SeenRace {
  readonly race: RaceOptions
  readonly scenario: Scenario
  readonly sale: Sale
  readonly servers: RaceServers
  readonly tally: Tally
  readonly elapsedMs: number
  /** By the monotonic clock. */
  readonly nowMs: number
}

export function snapshotOf(seen: SeenRace): RaceSnapshot {
  const { race, scenario, sale, servers, tally, elapsedMs, nowMs } = seen
  const resources = resourcesOf(sale, tally)
  return {
    options: race,
    words: scenario.words,
    elapsedMs,
    progress: progressOf(seen, resources),
    serversAlive: servers.servers.filter((server) => server.alive).length,
    clientsDone: tally.clientsDone,
    resources,
    counts: { ...tally.counts },
    reservedPerTick: tally.overTime.reservations,
    latencyMs: tally.latencyMs(),
    recentMs: tally.recentMs(nowMs),
    inFlight: tally.inFlight,
  }
}

function resourcesOf(sale: Sale, tally: Tally): ResourceProgress[] {
  return sale.resources.map(({ name, pools }) => {
    const seen = { name, capacity: 0, sold: 0, over: 0 }
    for (const { poolId, capacity } of pools) {
      const sold = tally.sold(poolId)
      seen.capacity += capacity
      seen.sold += sold
      seen.over += Math.max(0, sold - capacity)
    }
    return seen
  })
}

function progressOf(
  { tally, scenario, race }: SeenRace,
  resources: readonly ResourceProgress[],
): number {
  const visits = visitsOf({ scenario, race })
  if (Number.isFinite(visits)) {
    return visits === 0 ? 1 : Math.min(1, (tally.visitsDone + tally.counts.dropped) / visits)
  }
  const capacity = resources.reduce((sum, resource) => sum + resource.capacity, 0)
  const filled = resources.reduce((sum, resource) => sum + resource.sold - resource.over, 0)
  return capacity === 0 ? 1 : filled / capacity
}

/** Units of exclusive resources that a second customer was promised. */
export function promisedTwice({ resources }: Sale, tally: Tally): number {
  const pools = resources.flatMap((resource) => (resource.exclusive ? resource.pools : []))
  return pools.reduce((sum, { poolId, capacity }) => {
    return sum + Math.max(0, tally.sold(poolId) - capacity)
  }, 0)
}
