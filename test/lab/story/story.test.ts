/** A witness has to be read in a minute, by somebody who was not there. */
import { expect, test } from 'vitest'
import { ledgerOf } from '../../../src/lab/checker/exact/join.js'
import { judge } from '../../../src/lab/checker/judge.js'
import type { History } from '../../../src/lab/history/history.js'
import { type Story, storiesOf } from '../../../src/lab/story/story.js'
import { pool, request, row, scene, step } from '../checker/scene.js'

const storyOf = (history: History, name: string): Story | undefined =>
  storiesOf(ledgerOf(history), judge(history)).find((story) => story.name === name)

const told = (story: Story | undefined) =>
  story?.steps.map(({ request: at, does }) => `${story.requests[at]?.client} ${does}`)

test('of two takes of one version it tells who read what, and who wrote over whom, in order', () => {
  const history = scene({
    operations: [request(1, 'reserve', [0, 10]), request(2, 'reserve', [5, 15])],
    movements: [step(1, 1, 'confirmed', 1), step(1, 2, 'confirmed', 1)],
    reservations: [row(1, 'confirmed'), row(2, 'confirmed')],
    pools: [pool(2, 2)],
  })
  const story = storyOf(history, 'lost_update')
  expect(told(story)).toEqual([
    '1 asks to reserve 1 unit of the hotel',
    '2 asks to reserve 1 unit of the hotel',
    '1 reads version 0 of the hotel',
    '2 reads version 0 of the hotel',
    '1 writes version 1 of the hotel',
    '1 is told yes',
    '2 writes version 1 of the hotel, over client 1: it never saw that',
    '2 is told yes',
  ])
  expect(story?.meeting).toEqual({
    callers: [
      { name: 'client 1', quantity: 1 },
      { name: 'client 2', quantity: 1 },
    ],
    left: 1,
  })
})

test('where every version is in its place, the second read the last one on which it fitted', () => {
  const history = scene({
    operations: [request(1, 'reserve', [0, 10]), request(2, 'reserve', [5, 15])],
    movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
    reservations: [row(1, 'confirmed'), row(2, 'confirmed')],
    pools: [pool(2, 2)],
  })
  const steps = told(storyOf(history, 'write_skew')) ?? []
  expect(steps).toContain('2 reads version 0 of the hotel')
  expect(steps).toContain('2 writes version 2 of the hotel, over client 1: it never saw that')
  expect(steps.indexOf('2 reads version 0 of the hotel')).toBeLessThan(
    steps.indexOf('1 writes version 1 of the hotel'),
  )
})

test('of sixty requests it tells three, the last one and those beside it, and folds the rest', () => {
  const clients = Array.from({ length: 60 }, (_, i) => i + 1)
  const history = scene(
    {
      operations: clients.map((client) => request(client, 'reserve', [client, client + 3])),
      movements: clients.map((client) => step(client, client, 'confirmed', 1)),
      reservations: clients.map((client) => row(client, 'confirmed')),
      pools: [pool(60, 60, 59)],
    },
    59,
  )
  const story = storyOf(history, 'double_booking')
  expect(story?.requests.map(({ client }) => client)).toEqual([58, 59, 60])
  expect(story?.folded.map(({ client }) => client)).toEqual(clients.slice(0, 57))
})

test('a request without an answer has a story, too', () => {
  const history = scene({
    operations: [
      request(1, 'reserve', [0, 10]),
      { ...request(2, 'reserve', [5, 15], { outcome: 'unknown' }), returnedNs: null },
    ],
    movements: [step(1, 1, 'confirmed', 1), step(1, 2, 'confirmed', 1)],
    reservations: [row(1, 'confirmed'), row(2, 'confirmed', { key: 'reserve of client 2' })],
    pools: [pool(2, 2)],
  })
  for (const story of storiesOf(ledgerOf(history), judge(history))) {
    for (const { atMs } of story.steps) expect(Number.isFinite(atMs)).toBe(true)
    expect(told(story)).not.toContain('2 is told yes')
  }
})
