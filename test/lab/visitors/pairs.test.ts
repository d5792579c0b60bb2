import { expect, test } from 'vitest'
import { createPairs } from '../../../src/lab/visitors/pairs.js'
import { later } from '../../support/later.js'

test('nobody of a pair goes on before the other one is there, and other pairs do not matter', async () => {
  const pairs = createPairs()
  const order: string[] = []
  const first = later(pairs.meet(0).then(() => order.push('0')))
  const alone = later(pairs.meet(2).then(() => order.push('2')))
  await new Promise((resolve) => setImmediate(resolve))
  order.push('1 comes')
  await pairs.meet(1)
  await first
  expect(order).toEqual(['1 comes', '0'])
  await pairs.meet(3)
  await alone
})

test('whoever waits for somebody that has left goes on, then and later', async () => {
  const pairs = createPairs()
  const waiting = pairs.meet(4)
  pairs.leave(5)
  await waiting
  await pairs.meet(4)
})
