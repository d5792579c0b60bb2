/** The client has a function for each operation. */
import { expect, test } from 'vitest'
import { ROUTES } from '../../src/client/schema.js'
import { faultOf, useListening, wantedOf } from './listening.js'

const service = useListening()

// long: a line for each operation.
test('there is a function for every operation of the API, and it asks for the right one', async () => {
  const asked: string[] = []
  const record = async (url: string | URL | Request, init?: RequestInit) => {
    asked.push(`${init?.method} ${new URL(String(url)).pathname}`)
    return service.app
      .inject(`/v1/nowhere`)
      .then(({ body, statusCode }) => new Response(body, { status: statusCode }))
  }
  const client = service.client({ fetch: record as typeof fetch })
  const { listings, resources, pools, slots, reservations, refunds, keys } = client
  const wanted = wantedOf('p')
  await listings.create({ name: 'x' })
  await listings.list()
  await listings.get('l')
  await listings.change('l', { name: 'x' })
  await listings.archive('l')
  await listings.unarchive('l')
  await resources.create('l', { name: 'x' })
  await resources.list('l')
  await resources.get('l', 'r')
  await resources.change('l', 'r', { name: 'x' })
  await resources.archive('l', 'r')
  await resources.unarchive('l', 'r')
  await pools.create('l', { resource_id: 'r', capacity: 1 })
  await pools.list('l')
  await pools.get('l', 'p')
  await pools.change('l', 'p', { capacity: 1 })
  await slots.schedule('l', 'r')
  await slots.setSchedule('l', 'r', { sold_by: 'slots', slot_minutes: 60, weekly: [] })
  await slots.generate('l', 'r', { from: '2027-05-03', to: '2027-05-04' })
  await slots.list('l', 'r', { from: '2027-05-03', to: '2027-05-04' })
  await client.availability('l')
  await faultOf(client.live('l').next())
  await client.liveTicket('l')
  const range = { from: '2031-05-01', to: '2031-05-02' }
  await client.nights.set('l', 'r', { ...range, capacity: 1 })
  await client.nights.get('l', 'r', range)
  await reservations.create('l', wanted)
  await reservations.list('l')
  await reservations.get('l', 'v')
  await reservations.change('l', 'v', { lines: wanted.lines })
  await reservations.confirm('l', 'v')
  await reservations.release('l', 'v')
  await reservations.cancel('l', 'v')
  await reservations.extend('l', 'v', { hold_seconds: 1 })
  await reservations.describe('l', 'v', { contact: { note: null } })
  await client.customers.change('l', { customer: 'ada', becomes: 'eve' })
  await client.customers.export('l', 'ada')
  await client.customers.erase('l', 'ada')
  await client.calendars.create('l', { audience: 'staff' })
  await client.calendars.list('l')
  await client.calendars.revoke('l', 'c')
  const terms = { ...range, name: 'x', resource_id: 'r', quantity: 1, cut_off: '2031-05-01' }
  await client.blocks.create('l', terms)
  await client.blocks.list('l')
  await client.blocks.get('l', 'b')
  await client.blocks.makeDefinite('l', 'b')
  await client.blocks.release('l', 'b')
  await refunds.list('l')
  await refunds.settle('l', 'v')
  await client.journal.list('l')
  await reservations.history('l', 'v')
  await client.notices.deadLetters('l')
  await client.notices.resend('l', 'd')
  await client.notices.dismiss('l', 'd')
  await client.audit()
  await keys.create({ name: 'x', scope: 'admin' })
  await keys.list()
  await keys.revoke('k')
  const { webhooks } = client
  await webhooks.create({ url: 'https://hooks.example.com' })
  await webhooks.list()
  await webhooks.get('w')
  await webhooks.change('w', { disabled: true })
  await webhooks.delete('w')
  await webhooks.rotate('w')
  await webhooks.deliveries('w')
  await webhooks.test('w')
  await webhooks.replay('w', { from: '2038-01-01T00:00Z' })
  const ids: Record<string, string> = {
    listing_id: 'l',
    pool_id: 'p',
    resource_id: 'r',
    block_id: 'b',
    reservation_id: 'v',
    key_id: 'k',
    calendar_id: 'c',
    webhook_id: 'w',
    delivery_id: 'd',
  }
  expect(asked).toEqual(
    Object.values(ROUTES).map(({ method, path }) => {
      return `${method} ${path.replace(/\{(\w+)\}/g, (_all, name) => ids[name] ?? '')}`
    }),
  )
})
