import { describe, expect, test } from 'vitest'
import { lookingUpTogether } from '../../src/access/look-up.js'
import { later } from '../support/later.js'

/** A database that answers when the test says so, and what it was asked. */
function givenLookUp(existing: readonly string[]) {
  const questions: { names: readonly string[]; answer: (error?: Error) => void }[] = []
  const lookUp = lookingUpTogether<string>(
    (names) =>
      new Promise((resolve, reject) => {
        const answer = (error?: Error) =>
          error ? reject(error) : resolve(names.filter((name) => existing.includes(name)))
        questions.push({ names, answer })
      }),
    (found) => found,
  )
  return { lookUp, questions }
}

/** Lets everything run that has been made ready. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('looking up together', () => {
  test('asks one question at a time, however many bad keys come, and the good one waits for two', async () => {
    const { lookUp, questions } = givenLookUp(['good'])
    const bad = later(Array.from({ length: 500 }, (_, i) => lookUp(`bad-${i}`)))
    const good = later(lookUp('good'))
    const twice = later([lookUp('good'), lookUp('bad-7')])
    await turn()
    expect(questions.map(({ names }) => names.length)).toEqual([1])
    questions[0]?.answer()
    await turn()
    expect(questions.map(({ names }) => names.length)).toEqual([1, 500])
    questions[1]?.answer()
    expect(await good).toBe('good')
    expect(await Promise.all(twice)).toEqual(['good', undefined])
    expect(new Set(await Promise.all(bad))).toEqual(new Set([undefined]))
    await turn()
    expect(questions).toHaveLength(2)
  })

  test('tells all that it looked for of a failure, and goes on with the next', async () => {
    const { lookUp, questions } = givenLookUp(['good'])
    const first = lookUp('good').catch((error: Error) => error.message)
    const second = later(lookUp('good'))
    questions[0]?.answer(new Error('no database'))
    expect(await first).toBe('no database')
    await turn()
    questions[1]?.answer()
    expect(await second).toBe('good')
  })
})
