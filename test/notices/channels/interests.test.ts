/** Who wants an event is looked up once for all events that were found together, and then anew. */
import { expect, test } from 'vitest'
import type { EventKind, OutboxEvent } from '../../../src/domain/event.js'
import { createWebhookChannel } from '../../../src/notices/channels/webhook.js'

test('a hundred events of a hot pool cost the look that one does', async () => {
  let looks = 0
  const channel = createWebhookChannel({
    db: {
      query: async () => {
        looks += 1
        return [{ webhookId: 'an endpoint', expired: false }] as never
      },
    },
    derive: async () => Buffer.alloc(0),
  })
  const event = (kind: EventKind, listingId = 'a listing') => ({ kind, listingId }) as OutboxEvent
  const first = {}
  for (let i = 0; i < 100; i += 1) {
    const found = await channel.destinationsOf(event('reservation.confirmed'), first)
    expect(new Set(found)).toEqual(new Set(['webhook:an endpoint']))
  }
  // Endpoints of the listing, and those of every listing.
  expect(looks).toBe(2)
  await channel.destinationsOf(event('reservation.cancelled'), first)
  await channel.destinationsOf(event('reservation.confirmed', 'another'), first)
  expect(looks, 'another kind and another listing are other questions').toBe(6)
  await channel.destinationsOf(event('reservation.confirmed'), {})
  expect(looks, 'an endpoint that was made since hears of what comes later').toBe(8)
})
