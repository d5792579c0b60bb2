import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BoundedMap, BoundedSet } from '../../src/domain/bounded.js'

test('a bounded memory has the newest entries, as many as its bound, whatever is added', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(9)), (entriesMax, keys) => {
      const map = new BoundedMap<number, number>(entriesMax)
      const set = new BoundedSet<number>(entriesMax)
      let newest: number[] = []
      for (const [i, key] of keys.entries()) {
        map.set(key, i)
        set.add(key)
        if (!newest.includes(key)) newest = [...newest, key].slice(-entriesMax)
        expect([...map.keys()]).toEqual(newest)
        expect([...set]).toEqual(newest)
        expect(map.get(key), 'a known key gets its new value').toBe(i)
      }
    }),
  )
})

test('a bounded memory forgets what it is told to forget, and has room again', () => {
  const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2)
  map.delete('a')
  map.set('c', 3)
  expect([...map]).toEqual([
    ['b', 2],
    ['c', 3],
  ])
})
