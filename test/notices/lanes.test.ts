/** A destination that fails leaves room for others, and gets its places back when it is well. */
import { expect, test } from 'vitest'
import { Lanes } from '../../src/notices/lanes.js'

function begin(lanes: Lanes, destination: string, count: number): void {
  for (let i = 0; i < count; i += 1) lanes.begun(destination)
}

/** So many different deliveries begin and fail. */
function fail(lanes: Lanes, destination: string, count: number): void {
  for (let i = 0; i < count; i += 1) {
    lanes.begun(destination)
    lanes.ended(destination, `delivery ${i}`, false)
  }
}

test('one destination has eight attempts under way, all together sixty-four', () => {
  const lanes = new Lanes({})
  expect(lanes.freeFor('a')).toBe(8)
  begin(lanes, 'a', 8)
  expect(lanes.freeFor('a')).toBe(0)
  expect(lanes.full()).toEqual(['a'])
  for (const other of 'bcdefgh') begin(lanes, other, 8)
  expect(lanes.free).toBe(0)
  expect(lanes.freeFor('i')).toBe(0)
})

test('a destination that only fails has two attempts under way, until one succeeds', () => {
  const lanes = new Lanes({})
  fail(lanes, 'down', 3)
  expect(lanes.freeFor('down')).toBe(2)
  begin(lanes, 'down', 1)
  lanes.ended('down', 'delivery 9', true)
  expect(lanes.freeFor('down')).toBe(8)
})

test('one mail that fails again and again costs the others of its mail server nothing', () => {
  const lanes = new Lanes({})
  for (let i = 0; i < 10; i += 1) {
    lanes.begun('email:customer')
    lanes.ended('email:customer', 'a full mailbox', false)
  }
  expect(lanes.freeFor('email:customer')).toBe(8)
})

test('however many destinations fail, half of the places are for those that do not', () => {
  const lanes = new Lanes({})
  const down = Array.from({ length: 100 }, (_, i) => `down ${i}`)
  for (const each of down) fail(lanes, each, 3)
  for (const each of down) begin(lanes, each, Math.max(0, lanes.freeFor(each)))
  expect(lanes.free).toBe(32)
  expect(lanes.freeFor('well')).toBe(8)
})
