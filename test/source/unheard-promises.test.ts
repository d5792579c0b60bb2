/**
 * A promise that rejects while nobody listens ends a server, and fails a test run as nobody's fault.
 * A busy machine is enough: what is started first fails while the program still awaits something else.
 */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { unheardInText, unheardPromises } from '../support/source/unheard-promises.js'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The whole project is read with its types. */
const SLOW_TEST_MS = 300_000

test('no promise is kept while something else is awaited and nobody listens to it', {
  timeout: SLOW_TEST_MS,
}, () => {
  const found = unheardPromises(ROOT, ['src', 'test', 'bench', 'faults', 'scripts'])
  expect(found, 'await it first, or listen to it by later() or quietly()').toEqual([])
})

test('a kept promise is found however it is kept, and one that somebody listens to is not', {
  timeout: SLOW_TEST_MS,
}, () => {
  const text = `
    declare function work(): Promise<number>
    declare function later<T>(promise: Promise<T>): Promise<T>
    let known: Promise<number> | undefined
    export async function kept() {
      const first = work()
      const all = [1, 2].map(() => work())
      const { third } = { third: work() }
      known ??= work()
      await work()
      await known
      return [await first, await Promise.all(all), await third]
    }
    export async function heard() {
      const first = work()
      const second = later(work())
      const third = work().catch(() => 0)
      const fourth = new Promise<void>((resolve) => resolve())
      const fifth = work().then(() => 1, () => 0).finally(() => {})
      const both = Promise.all([first, work()])
      await both
      return [await second, await third, await fourth, await fifth]
    }
  `
  const names = unheardInText(text).map((place) => place.split(' ')[1])
  expect(names).toEqual(['first', 'all', 'third', 'known'])
})
