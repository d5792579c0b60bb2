/** One customer, however it is spelled; a name that is corrected; two that are one. */
import { expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { givenPool, useService } from '../../support/http/service.js'

const service = useService()
const at = (path: string) => `/v1/listings/${service.listingId}${path}`

async function book(poolId: string, customer: string, more: object = {}) {
  const body = { customer, lines: [{ pool_id: poolId, quantity: 1 }], ...more }
  return (await service.call('POST', at('/reservations'), { body })).json()
}

const listOf = async (customer: string): Promise<{ id: string; customer: string }[]> => {
  const url = at(`/reservations?customer=${encodeURIComponent(customer)}`)
  return (await service.call('GET', url)).json().items
}

const change = (body: object) => service.call('PATCH', at('/customers'), { body })

test('every spelling of a customer counts for the same limit and is on the same list', async () => {
  const { id: poolId } = await givenPool(service, 10)
  const body = { policy: { customer_units_max: 2 } }
  await service.call('PATCH', at(''), { body })
  expect(await book(poolId, 'Grace@example.test')).toMatchObject({ customer: 'grace@example.test' })
  expect(await book(poolId, ' grace@EXAMPLE.test')).toMatchObject({ state: 'confirmed' })
  for (const spelling of ['GRACE@example.test', 'gr\u200bace@example.test']) {
    expect([spelling, (await book(poolId, spelling)).code]).toEqual([spelling, 'customer_limit'])
    expect(await listOf(spelling)).toHaveLength(2)
  }
  const blank = await book(poolId, '\u200b')
  expect([blank.code, blank.status]).toEqual(['validation', 422])
  await service.call('PATCH', at(''), { body: { policy: { customer_units_max: null } } })
})

test('a key answers a request that is sent again, whatever became of its spelling', async () => {
  const { id: poolId } = await givenPool(service, 10)
  const key = newId()
  const send = (customer: string) => {
    const body = { customer, lines: [{ pool_id: poolId, quantity: 1 }] }
    return service.call('POST', at('/reservations'), { body, key })
  }
  const [first, again] = [await send('Joan@example.test'), await send('Joan@example.test')]
  expect([again.statusCode, again.json().id]).toEqual([201, first.json().id])
  expect((await send('joan@example.test')).json().code).toBe('idempotency_key_reused')
})

test('a name is corrected: every reservation, held ones too, has the new one and a new version', async () => {
  const { id: poolId } = await givenPool(service, 10)
  const held = await book(poolId, 'ida@exmaple.test', { hold_seconds: 600 })
  const sold = await book(poolId, 'ida@exmaple.test')
  const reason = 'a typing error'
  const answer = await change({ customer: 'IDA@exmaple.test', becomes: 'Ida@example.test', reason })
  expect(answer.json()).toEqual({ customer: 'ida@example.test', reservations: 2, merged: false })
  expect(await listOf('ida@exmaple.test')).toEqual([])
  expect(await listOf('ida@example.test')).toMatchObject([
    { id: sold.id, version: 2 },
    { id: held.id, version: 2, state: 'held', expires_at: held.expires_at },
  ])
  const history = await service.call('GET', at(`/reservations/${held.id}/history`))
  expect(history.json().items[1]).toMatchObject({ kind: 'customer_changed', version: 2, reason })
  expect(history.body, 'the journal has nobody\u2019s name').not.toContain('@')
  const { statusCode } = await service.call('POST', at(`/reservations/${held.id}/confirm`))
  expect(statusCode).toBe(200)
  expect((await change({ customer: 'ida@exmaple.test', becomes: 'x' })).json().code).toBe(
    'not_found',
  )
})

test('two customers become one only when that is meant', async () => {
  const { id: poolId } = await givenPool(service, 10)
  await book(poolId, 'mary@example.test')
  await book(poolId, 'Mary Shelley')
  const both = { customer: 'Mary Shelley', becomes: 'mary@example.test' }
  const refused = await change(both)
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'customer_exists'])
  expect(await listOf('Mary Shelley')).toHaveLength(1)
  expect((await change({ ...both, merge: true })).json()).toMatchObject({
    ...{ reservations: 1, merged: true },
  })
  expect(await listOf('mary@example.test')).toHaveLength(2)
  const itself = { customer: 'mary@example.test', becomes: 'MARY@example.test' }
  expect((await change(itself)).json()).toMatchObject({ reservations: 0, merged: false })
  const block = { customer: `block:${newId()}`, becomes: 'x' }
  expect((await change(block)).statusCode).toBe(422)
  const { ok } = (await service.call('GET', '/v1/audit', { as: service.keys.admin })).json()
  expect(ok).toBe(true)
})
