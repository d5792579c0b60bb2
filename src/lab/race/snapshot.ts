/** One look at a race under way, as the panel shows it. */

import type { Sale, Scenario } from '../scenarios/scenario.js'
import type { RaceServers } from '../servers/servers.js'
import { visitsOf } from '../visitors/crowd.js'
import type { HotelProgress, RaceOptions, RaceSnapshot } from './race.js'
import type { Tally } from './tally.js'

export interface SeenRace {
  readonly race: RaceOptions
  readonly scenario: Scenario
  readonly sale: Sale
  readonly servers: RaceServers
  readonly tally: Tally
  readonly elapsedMs: number
}

export function snapshotOf(seen: SeenRace): RaceSnapshot {
  const { race, scenario, sale, servers, tally, elapsedMs } = seen
  const hotels = hotelsOf(sale, tally)
  return {
    options: race,
    words: scenario.words,
    elapsedMs,
    progress: progressOf(seen, hotels),
    serversAlive: servers.servers.filter((server) => server.alive).length,
    clientsDone: tally.clientsDone,
    hotels,
    counts: { ...tally.counts },
    reservedPerTick: tally.overTime.reservations,
    latencyMs: tally.latencyMs(),
  }
}

/** A line for every resource: the slots of a turf would fill the screen by themselves. */
function hotelsOf(sale: Sale, tally: Tally): HotelProgress[] {
  return sale.resources.map(({ name, pools }) => {
    const seen = { name, contracted: 0, sold: 0, over: 0 }
    for (const { poolId, capacity } of pools) {
      const sold = tally.sold(poolId)
      seen.contracted += capacity
      seen.sold += sold
      seen.over += Math.max(0, sold - capacity)
    }
    return seen
  })
}

function progressOf({ tally, scenario, race }: SeenRace, hotels: readonly HotelProgress[]): number {
  const visits = visitsOf({ scenario, race })
  if (Number.isFinite(visits)) {
    return visits === 0 ? 1 : Math.min(1, (tally.visitsDone + tally.counts.dropped) / visits)
  }
  const contracted = hotels.reduce((sum, hotel) => sum + hotel.contracted, 0)
  const filled = hotels.reduce((sum, hotel) => sum + hotel.sold - hotel.over, 0)
  return contracted === 0 ? 1 : filled / contracted
}

/** Units of exclusive resources that were promised to somebody after somebody else. */
export function promisedTwice({ resources }: Sale, tally: Tally): number {
  const pools = resources.flatMap((resource) => (resource.exclusive ? resource.pools : []))
  return pools.reduce((sum, { poolId, capacity }) => {
    return sum + Math.max(0, tally.sold(poolId) - capacity)
  }, 0)
}
