/** What somebody was to be told and was not: a seller sees it, has it sent again, or dismisses it. */
import { expect, test } from 'vitest'
import { createDispatcher } from '../../../src/notices/dispatcher.js'
import { givenDeadLetter, useService } from '../../support/http/service.js'
import { until } from '../../support/until.js'

const service = useService()
const url = () => `/v1/listings/${service.listingId}/dead-letters`

async function listed(): Promise<string[]> {
  const { items } = (await service.call('GET', url())).json()
  return items.map(({ id }: { id: string }) => id)
}

test('a dead letter is listed until it is sent again, and then it arrives under the same id', async () => {
  const id = await givenDeadLetter(service.db, service.listingId)
  const page = await service.call('GET', url())
  expect(page.json().items).toEqual([
    {
      ...{ id, kind: 'reservation.held', destination: 'test:one', state: 'dead' },
      ...{ attempts: 25, status: null, reason: 'nobody answers' },
      event_id: expect.any(String),
      subject_id: expect.any(String),
      ended_at: expect.any(String),
    },
  ])
  const resend = () => service.call('POST', `${url()}/${id}/resend`)
  const resent = await resend()
  expect(resent.json()).toMatchObject({ id, state: 'due', attempts: 0, ended_at: null })
  expect((await resend()).json(), 'a retry changes nothing').toEqual(resent.json())
  expect(await listed()).toEqual([])

  const told: string[] = []
  const dispatcher = createDispatcher({
    db: service.db,
    channels: [
      {
        name: 'test',
        destinationsOf: async () => [],
        deliver: async ({ eventId }) => {
          told.push(eventId)
          return { kind: 'delivered' }
        },
      },
    ],
  })
  await dispatcher.round()
  await until('it has arrived', () => told.length === 1)
  await dispatcher.stop()
  expect(told).toEqual([page.json().items[0].event_id])
  expect((await resend()).statusCode, 'what has arrived is not sent again').toBe(404)
})

test('one that is dismissed is told to nobody, and another listing’s stays', async () => {
  const [mine, theirs] = [
    await givenDeadLetter(service.db, service.listingId),
    await givenDeadLetter(service.db, service.foreignId),
  ]
  const dismiss = (id: string) => service.call('POST', `${url()}/${id}/dismiss`)
  expect(await listed()).toEqual([mine])
  expect((await dismiss(mine)).json()).toMatchObject({ id: mine, state: 'needless' })
  expect(await listed()).toEqual([])
  expect((await dismiss(theirs)).statusCode).toBe(404)
  const [row] = await service.db.query<{ state: string }>(
    'select state from deliveries where delivery_id = $1',
    [theirs],
  )
  expect(row?.state).toBe('dead')
})
