import type { Listing, Pool, PoolAvailability, Resource } from 'holdfast/client'
import { client } from '../../api.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import type { PageProps } from '../../page-props.js'
import { ask } from '../../shell/ask.js'
import { Page } from '../../shell/page.js'
import { allResources } from '../all-pages.js'
import { given, wayBack } from '../back.js'
import { Bar } from '../occupancy/places-part.js'
import '../occupancy/occupancy.css'
import './capacity.css'

/** How many places there are of what is bound to no time. */
export function Capacity({ listing }: PageProps) {
  const resources = useResource(`resources ${listing.id}`, (signal) =>
    allResources(listing, signal),
  )
  return (
    <Page
      title="Capacity"
      lead="How many places there are of what is bound to no time. Slots and nights have pages of their own."
      actions={
        <button
          type="button"
          class="button main"
          disabled={(resources.value ?? []).length === 0}
          onClick={() => addPool(listing, resources.value ?? [], resources.reload)}
        >
          Add places
        </button>
      }
    >
      <Shown of={resources} what="the resources">
        {(all) => <Pools listing={listing} resources={all} />}
      </Shown>
    </Page>
  )
}

function Pools({ listing, resources }: { listing: Listing; resources: readonly Resource[] }) {
  const pools = useResource(`pools ${listing.id} ${resources.length}`, (signal) =>
    client.availability(listing.id, { signal }),
  )
  return (
    <Shown of={pools} what="the places">
      {({ pools: shown }) =>
        shown.length === 0 ? (
          <Empty title="Nothing is sold without a time">
            <p>Rooms of an event, seats, tickets: add places to a resource.</p>
          </Empty>
        ) : (
          <ul class="places card plain">
            {shown.map((pool) => (
              <li key={pool.pool_id} class="capacity-row">
                <Bar name={pool.resource.name} capacity={pool.capacity} taken={pool.taken} />
                <button
                  type="button"
                  class="button quiet"
                  onClick={() => setCapacity(listing, pool, pools.reload)}
                >
                  Set capacity<span class="heard"> of {pool.resource.name}</span>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </Shown>
  )
}

function setCapacity(listing: Listing, pool: PoolAvailability, after: () => void): void {
  const { pool_id, resource, capacity, taken } = pool
  ask<Pool>({
    title: `Capacity of ${resource.name}`,
    text: `${taken} of ${capacity} are taken.`,
    yes: 'Set the capacity',
    fields: [
      { name: 'capacity', label: 'Places', type: 'number', min: 0, value: String(capacity) },
      {
        ...{ name: 'override', label: 'Fewer than are taken, because', isOptional: true },
        hint: 'Only where it is meant: customers keep what they have, and the journal keeps why.',
      },
    ],
    asksReason: true,
    act: ({ capacity: wanted, override, reason }) =>
      client.pools.change(listing.id, pool_id, {
        capacity: Number(wanted),
        ...given({ override_reason: override, reason }),
      }),
    done: (changed) => {
      after()
      const undo = wayBack(
        () => client.pools.change(listing.id, pool_id, { capacity, reason: 'Undone.' }),
        `${resource.name} has ${capacity} places again.`,
        after,
      )
      return { text: `${resource.name} has ${changed.capacity} places now.`, undo }
    },
  })
}

function addPool(listing: Listing, resources: readonly Resource[], after: () => void): void {
  ask<Pool>({
    title: 'Add places',
    text: 'They are bound to no time, and on sale at once. A capacity of 0 takes them off sale again.',
    yes: 'Add them',
    fields: [
      {
        ...{ name: 'resource', label: 'Of which resource' },
        options: resources.map(({ id, name }) => ({ value: id, name })),
      },
      { name: 'capacity', label: 'Places', type: 'number', min: 0, value: '10' },
    ],
    asksReason: true,
    act: ({ resource = '', capacity, reason }) =>
      client.pools.create(listing.id, {
        ...{ resource_id: resource, capacity: Number(capacity) },
        ...given({ reason }),
      }),
    done: ({ capacity }) => {
      after()
      return `${capacity} places are on sale.`
    },
  })
}
