/** Every example of the OpenAPI document is sent to a server, with the ids of what is there. */
import { expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { urlOf } from '../../support/http/operations.js'
import { givenDeadLetter, useService } from '../../support/http/service.js'

const service = useService()
const DATES = { from: '2038-06-01', to: '2038-07-01' }
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri']
const HOURS = { weekly: [{ days: WEEKDAYS, from: '08:00', to: '22:00' }] }
const PAID = 'pay_8437'
const WEBHOOK = { url: 'https://hooks.example.com/' }

/** What leaves too little for the examples behind it, and gets a listing of its own. */
const SPOILING = /^archive|^changePool$|^changeListing$|^settleRefund$/

interface Example {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly name: string
  readonly body: Body
}

type Body = Readonly<Record<string, unknown>>

interface Described {
  readonly operationId: string
  readonly requestBody?: {
    readonly content: Record<string, { readonly examples?: Record<string, { value: Body }> }>
  }
}

async function everyExample(): Promise<Example[]> {
  const { paths } = (await service.app.inject('/openapi.json')).json()
  return Object.entries(paths as Record<string, Record<string, Described>>).flatMap(
    ([path, methods]) =>
      Object.entries(methods).flatMap(([method, { operationId: id, requestBody }]) => {
        if (requestBody === undefined) return []
        const { examples = {} } = requestBody.content['application/json'] ?? {}
        expect(Object.keys(examples), `examples of ${id}`).not.toHaveLength(0)
        return Object.entries(examples).map(([name, { value: body }]) => {
          return { id, method: method.toUpperCase(), path, name, body }
        })
      }),
  )
}

/** Sends what has to be there first. */
async function made(method: string, url: string, body: Body): Promise<{ id: string }> {
  const answer = await service.call(method, url, { as: service.keys.admin, body })
  if (answer.statusCode >= 300) throw new Error(`${url}: ${answer.body}`)
  return answer.json()
}

/** A listing with something of every kind that an example may name. */
async function givenStock() {
  const { id: listing_id } = await made('POST', '/v1/listings', { name: 'Fest' })
  const url = `/v1/listings/${listing_id}`
  const [hotel, court, turf] = await Promise.all([
    made('POST', `${url}/resources`, { name: 'Hotel' }),
    made('POST', `${url}/resources`, { name: 'Court', exclusive: true }),
    made('POST', `${url}/resources`, { name: 'Turf', exclusive: true }),
  ])
  const pool = await made('POST', `${url}/pools`, { resource_id: hotel.id, capacity: 900 })
  const slots = { ...HOURS, sold_by: 'slots', slot_minutes: 60 }
  await made('PUT', `${url}/resources/${court.id}/schedule`, slots)
  await made('POST', `${url}/resources/${court.id}/slots`, DATES)
  await made('PUT', `${url}/resources/${turf.id}/schedule`, { ...HOURS, sold_by: 'ranges' })
  await made('PUT', `${url}/resources/${hotel.id}/nights`, { ...DATES, capacity: 20 })
  const stay = { from: '2038-06-04', to: '2038-06-06', cut_off: '2038-05-20', quantity: 2 }
  const block = () =>
    made('POST', `${url}/blocks`, { ...stay, name: 'A party', resource_id: hotel.id })
  const definite = await block()
  await made('POST', `${url}/blocks/${definite.id}/definite`, {})
  return { url, listing_id, hotel, court, turf, pool, definite, block }
}

type Stock = Awaited<ReturnType<typeof givenStock>>

/** The same body with ids that exist. */
function withIds(value: unknown, stock: Stock): unknown {
  if (Array.isArray(value)) return value.map((each) => withIds(each, stock))
  if (typeof value !== 'object' || value === null) return value
  const line = value as Readonly<Record<string, unknown>>
  const { hotel, court, turf, pool, definite, listing_id } = stock
  const isRange = String(line['to']).endsWith('19:30:00Z')
  const timed = isRange ? turf.id : court.id
  const ids: Record<string, unknown> = {
    pool_id: pool.id,
    block_id: definite.id,
    resource_id: String(line['from']).includes('T') ? timed : hotel.id,
    listing_ids: [listing_id],
    listing_id,
  }
  return Object.fromEntries(
    Object.entries(line).map(([key, each]) => [key, ids[key] ?? withIds(each, stock)]),
  )
}

/** A reservation in the state from which the operation leads on. */
async function givenReservation({ url, pool, hotel }: Stock, example: Example): Promise<string> {
  const stays = example.name.includes('stay')
  const lines = stays
    ? [{ resource_id: hotel.id, check_in: '2038-06-20', check_out: '2038-06-22' }]
    : [{ pool_id: pool.id, quantity: 2 }]
  const body = { customer: 'ada@example.com', lines, hold_seconds: 60 }
  const { id } = await made('POST', `${url}/reservations`, body)
  if (example.id !== 'cancelReservation' && example.id !== 'settleRefund') return id
  await made('POST', `${url}/reservations/${id}/confirm`, { payment_ref: PAID })
  if (example.id === 'settleRefund') await made('POST', `${url}/reservations/${id}/cancel`, {})
  return id
}

test('every body of the document has examples, and each of them is a request that succeeds', async () => {
  const examples = await everyExample()
  expect(examples.length).toBeGreaterThan(40)
  const failed: string[] = []
  const shared = await givenStock()
  const send = async (example: Example) => {
    const { id, name, method, body } = example
    const stock = SPOILING.test(id) ? await givenStock() : shared
    const { listing_id, hotel, court, turf, pool, block } = stock
    const timed = name === 'by ranges' ? turf : court
    const isTimed = id === 'setSchedule' || id === 'generateSlots'
    const url = urlOf({ ...example, tags: [], headers: [], answers: {} } as never, {
      listing_id,
      pool_id: pool.id,
      resource_id: (isTimed ? timed : hotel).id,
      block_id: id.endsWith('Block') || id === 'makeBlockDefinite' ? (await block()).id : newId(),
      reservation_id: await givenReservation(stock, example),
      key_id: (await made('POST', '/v1/keys', { name: 'x', scope: 'seller' })).id,
      calendar_id: example.path.includes('calendar_id')
        ? (await made('POST', `${stock.url}/calendars`, { audience: 'staff' })).id
        : newId(),
      webhook_id: example.path.includes('webhook_id')
        ? (await made('POST', '/v1/webhooks', { ...WEBHOOK, listing_id })).id
        : newId(),
      delivery_id: await givenDeadLetter(service.db, listing_id),
    })
    const call = { as: service.keys.admin, body: withIds(body, stock) }
    const answer = await service.call(method, url, call)
    if (answer.statusCode >= 300) failed.push(`${id}, ${name}: ${answer.body}`)
  }
  for (const example of examples) await send(example)
  expect(failed).toEqual([])
})
