/** Looks that nobody waits for: whoever follows much does not hold up those who follow little. */
import { expect, test } from 'vitest'
import { createPace } from '../../src/engine/reads/pace.js'
import { later } from '../support/later.js'

test('looks are made one at a time, the quickest first, with a rest between two', async () => {
  const rests: (() => void)[] = []
  const pace = createPace((_ms, then) => rests.push(then))
  const made: string[] = []
  const end: Record<string, () => void> = {}
  const look = (name: string, lookMs: number) =>
    pace.inTurn(lookMs, async () => {
      made.push(name)
      await new Promise<void>((resolve) => {
        end[name] = resolve
      })
    })
  const rest = async () => {
    await new Promise(setImmediate)
    rests.shift()?.()
  }
  const all = later(
    Promise.all([look('first', 90), look('a year', 100), look('a week', 3), look('a day', 1)]),
  )
  expect(made).toEqual(['first'])
  for (const [i, name] of ['first', 'a day', 'a week', 'a year'].entries()) {
    expect(made[i]).toBe(name)
    end[name]?.()
    await new Promise(setImmediate)
    expect(made).toHaveLength(i + 1)
    await rest()
  }
  await all
})

test('a look that fails is told to whoever wanted it, and the next one is made', async () => {
  const pace = createPace((_ms, then) => then())
  const broken = later(
    pace.inTurn(1, async () => {
      throw new Error('the database is gone')
    }),
  )
  const next = later(pace.inTurn(1, async () => 'made'))
  await expect(broken).rejects.toThrow('the database is gone')
  expect(await next).toBe('made')
})
