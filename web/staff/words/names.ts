/** What resources, blocks and pools of a listing are called, and by which clocks they go. */
import type { Listing, PoolAvailability, Resource } from 'holdfast/client'

export interface Names {
  readonly resources: readonly Resource[]
  /** Those that are bound to no time. */
  readonly pools: readonly PoolAvailability[]
  ofResource(resourceId: string): string
  /** The clocks where the resource is; of the listing for what is no resource. */
  zoneOf(resourceId: string | undefined): string
  /** The resource that a pool without a time is on; undefined for a slot or a night. */
  ofPool(poolId: string): string | undefined
}

/** What the service has of it. */
export interface Named {
  readonly resources: readonly Resource[]
  readonly pools: readonly PoolAvailability[]
  readonly blocks: readonly { readonly id: string; readonly name: string }[]
}

/** What is not known is called by a part of its id. */
export function namesOf(listing: Pick<Listing, 'time_zone'>, read?: Partial<Named>): Names {
  const { resources = [], pools = [], blocks = [] } = read ?? {}
  const called = new Map([...resources, ...blocks].map(({ id, name }) => [id, name]))
  const zones = new Map(resources.map(({ id, time_zone }) => [id, time_zone]))
  const places = new Map(pools.map(({ pool_id, resource }) => [pool_id, resource]))
  return {
    resources,
    pools,
    ofResource: (id) => called.get(id) ?? `Resource ${shortId(id)}`,
    zoneOf: (id) => (id === undefined ? undefined : zones.get(id)) ?? listing.time_zone,
    ofPool: (id) => places.get(id)?.name,
  }
}

/** The last characters tell ids of one day apart; the first ones are the time. */
export function shortId(id: string): string {
  return `…${id.slice(-6)}`
}
