/** The schedule of a resource that is sold by time: set, shown, refused. */
import { describe, expect, test } from 'vitest'
import { givenTimeSold, HOURLY } from '../../support/stock/turf.js'
import { useTimeSale } from './time-sale.js'

const { service, at } = useTimeSale()

describe('a schedule', () => {
  test('is shown as it was set, with a version that guards against a blind overwrite', async () => {
    const { url, resourceId } = await givenTimeSold(service)
    const shown = await service.call('GET', `${url}/schedule`)
    expect([shown.statusCode, shown.headers['etag'], shown.json()]).toEqual([
      200,
      '"1"',
      {
        ...HOURLY,
        resource_id: resourceId,
        time_zone: 'Europe/Berlin',
        exceptions: [],
        buffer_minutes: 0,
        buffer_before_minutes: 0,
        buffer_after_minutes: 0,
        capacity: 1,
        version: 1,
      },
    ])
    const put = (etag: string) =>
      service.call('PUT', `${url}/schedule`, { body: HOURLY, headers: { 'if-match': etag } })
    expect((await put('"1"')).json().version).toBe(2)
    expect((await put('"1"')).json()).toMatchObject({ code: 'version_mismatch', version: 2 })
    const headers = { 'if-none-match': '"2"' }
    expect((await service.call('GET', `${url}/schedule`, { headers })).statusCode).toBe(304)
  })

  test.each([
    ['a turf for two at once', { ...HOURLY, capacity: 2 }, /exclusive resource/],
    [
      'steps for what is sold in slots',
      { ...HOURLY, step_minutes: 30 },
      /is not a field of a schedule sold by slots/,
    ],
    ['slots of no length', { ...HOURLY, slot_minutes: undefined }, /is required for slots/],
    [
      'a day that there is not',
      { ...HOURLY, exceptions: [{ date: '2027-02-29', hours: [] }] },
      /2027-02-29/,
    ],
    ['hours that overlap', { ...HOURLY, weekly: [...HOURLY.weekly, ...HOURLY.weekly] }, /overlap/],
  ])('with %s is refused, and says what is wrong', async (_what, body, sentence) => {
    const { url } = await givenTimeSold(service)
    const response = await service.call('PUT', `${url}/schedule`, { body })
    expect([response.statusCode, response.json().code]).toEqual([422, 'validation'])
    expect(response.body).toMatch(sentence)
    expect((await service.call('GET', `${url}/schedule`)).headers['etag']).toBe('"1"')
  })

  test('in a time zone that there is not cannot be: the resource is not made', async () => {
    const body = { name: 'Turf', time_zone: 'Europe/Atlantis' }
    const response = await service.call('POST', at('/resources'), { body })
    expect([response.statusCode, response.json().detail]).toEqual([
      422,
      expect.stringContaining('Europe/Atlantis'),
    ])
  })
})

test('a resource is sold by the hour or by the night, not by both', async () => {
  const { url } = await givenTimeSold(service, HOURLY, {})
  const nights = { from: '2031-05-01', to: '2031-05-03', capacity: 2 }
  const both = await service.call('PUT', `${url}/nights`, { body: nights })
  expect([both.statusCode, both.json().detail]).toEqual([422, expect.stringMatching(/schedule/)])
  const made = await service.call('POST', at('/resources'), { body: { name: 'Double room' } })
  const hotel = at(`/resources/${made.json().id}`)
  expect((await service.call('PUT', `${hotel}/nights`, { body: nights })).statusCode).toBe(200)
  const hourly = await service.call('PUT', `${hotel}/schedule`, { body: HOURLY })
  expect([hourly.statusCode, hourly.json().detail]).toEqual([
    422,
    expect.stringMatching(/by the night/),
  ])
})
