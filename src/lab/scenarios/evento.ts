/**
 * Evento's own event: three hotels with equally many contracted rooms, and clients that look what is
 * left, ask for rooms of the first hotel that has some, pause, and come again. The ids are the seed's.
 */
import type { Scenario } from './scenario.js'

export const EVENTO_EVENT_ID = '7f3535c6-d5cb-44f0-b89b-4b349f01e49d'

/** A hotel with one pool, that of its contracted rooms. */
interface EventoListing {
  readonly listingId: string
  readonly name: string
  readonly resources: readonly {
    readonly resourceId: string
    readonly name: string
    readonly poolId: string
    readonly capacity: number
  }[]
}

/** The event with `rooms` rooms contracted in each hotel. */
export function eventoListing(rooms: number): EventoListing {
  return {
    listingId: EVENTO_EVENT_ID,
    name: 'Evento',
    resources: [
      {
        resourceId: '1c3f3e2a-3f4e-4b62-8f4e-2b3e4f6c7d8e',
        name: 'Hotel A',
        poolId: 'a1b2c3d4-e5f6-7a8b-9c0d-1e2f3a4b5c6d',
        capacity: rooms,
      },
      {
        resourceId: '2d4e5f6a-4b5e-6c7d-8e9f-0a1b2c3d4e5f',
        name: 'Hotel B',
        poolId: 'b2c3d4e5-f6a7-8b9c-0d1e-2f34a5b6c7da',
        capacity: rooms,
      },
      {
        resourceId: '3e5f6a7b-5c6d-7e8f-9a0b-1c2d3e45f6aa',
        name: 'Hotel C',
        poolId: 'c3d4e5f6-a7b8-9c0d-1e2f-3a4b5c6d7e8f',
        capacity: rooms,
      },
    ],
  }
}

export const evento: Scenario = {
  name: 'evento',
  about: 'hotel rooms of an event: everybody comes again until nothing is left',
  face: 'evento',
  words: { unit: 'room', place: 'hotel' },
  defaults: { clients: 200, units: 200, thinkMs: 300 },
  sale: (rooms) => {
    const { listingId, name, resources } = eventoListing(rooms)
    return {
      listingId,
      name,
      resources: resources.map(({ poolId, capacity, ...resource }) => ({
        ...resource,
        pools: [{ poolId, capacity }],
      })),
    }
  },
  visit: [
    { do: 'look' },
    { do: 'reserve', wants: { pools: 'first left', quantity: { min: 1, max: 5 } } },
    { do: 'think' },
  ],
  sellsOut: true,
}
