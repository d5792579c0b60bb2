/** Whose turn it is to look at what is on sale, when there is more to read than time to read it. */
import { describe, expect, test } from 'vitest'
import { createLooks, type Look, type LooksOptions } from '../../../src/http/guard/looks.js'
import { later } from '../../support/later.js'

const MB = 1024 * 1024

/** Looks by a clock of the test's own; nothing ends until the test says so. */
function useLooks(options: Partial<LooksOptions> = {}) {
  let nowMs = 0
  let requests = 0
  let timers: { atMs: number; then: () => void }[] = []
  const looks = createLooks({
    callerLooksMax: 100,
    requests: () => requests,
    now: () => nowMs,
    after: (ms, then) => timers.push({ atMs: nowMs + ms, then }),
    ...options,
  })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const gone: (() => void)[] = []
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    begun,
    gone,
    settle,
    /** What is no look comes, and has something to do. */
    buy: () => {
      requests += 1
    },
    look(
      name: string,
      caller: string,
      bytes: number,
      subject = 'courts',
      more: Partial<Look> = {},
    ) {
      requests += 1
      const onGone = (listener: () => void) => gone.push(listener)
      const look = { caller, subject, days: 10, signal: { aborted: false }, onGone, ...more }
      const answer = looks.take(look, async () => {
        begun.push(name)
        await new Promise<void>((resolve) => ends.set(name, resolve))
        return { answer: name, bytes }
      })
      answer.catch(() => {})
      return answer
    },
    async end(name: string) {
      ends.get(name)?.()
      await settle()
    },
    async pass(ms: number) {
      nowMs += ms
      const due = timers.filter(({ atMs }) => atMs <= nowMs)
      timers = timers.filter(({ atMs }) => atMs > nowMs)
      for (const { then } of due) then()
      await settle()
    },
  }
}

describe('large looks', () => {
  test('go one after the other, the caller first who has had least', async () => {
    const { look, end, begun, settle } = useLooks()
    for (const name of ['greedy 1', 'greedy 2', 'greedy 3']) void look(name, 'greedy', MB)
    void look('modest 1', 'modest', MB)
    await settle()
    expect(begun).toEqual(['greedy 1'])
    await end('greedy 1')
    await end('modest 1')
    expect(begun).toEqual(['greedy 1', 'modest 1', 'greedy 2'])
  })

  test('do not keep a small one waiting, once it is known to be small', async () => {
    const { look, end, begun, settle } = useLooks()
    void look('a first look', 'ada', 1_000, 'a class')
    await settle()
    await end('a first look')
    void look('large', 'greedy', MB)
    for (let i = 0; i < 3; i += 1) void look('small', 'ada', 1_000, 'a class')
    await settle()
    expect(begun).toEqual(['a first look', 'large', 'small', 'small', 'small'])
  })

  test('are known again after a look at a day on which there is nothing', async () => {
    const { look, end, begun, settle } = useLooks()
    void look('large', 'greedy', MB)
    await settle()
    await end('large')
    void look('empty', 'greedy', 0, 'courts', { days: 1 })
    await settle()
    await end('empty')
    void look('large again', 'greedy', MB)
    void look('large as well', 'greedy', MB)
    await settle()
    expect(begun).toEqual(['large', 'empty', 'large again'])
  })

  test('leave time to whoever has something else to do, and none when there is nobody', async () => {
    const { look, end, pass, buy, begun, settle } = useLooks()
    for (const name of ['1', '2', '3']) void look(name, 'greedy', MB)
    await settle()
    await pass(100)
    await end('1')
    expect(begun, 'nobody else was there').toEqual(['1', '2'])
    await pass(100)
    buy()
    await end('2')
    await pass(299)
    expect(begun, 'a buyer would have waited').toEqual(['1', '2'])
    await pass(1)
    expect(begun).toEqual(['1', '2', '3'])
  })

  test('of one caller are under way in a bounded number, until they are sent', async () => {
    const { look, end, gone, settle } = useLooks({ callerLooksMax: 2 })
    void look('1', 'greedy', MB)
    void look('2', 'greedy', MB)
    await expect(look('3', 'greedy', MB)).rejects.toMatchObject({
      code: 'rate_limited',
      extras: { detail: expect.stringContaining('At most 2 large looks of one caller') },
    })
    await settle()
    await end('1')
    await expect(look('4', 'greedy', MB), 'the first is not sent').rejects.toThrow('rate_limited')
    gone[0]?.()
    void look('5', 'greedy', MB)
    await settle()
    await end('2')
    await expect(look('6', 'greedy', MB)).rejects.toThrow('rate_limited')
  })

  test('that nobody waits for, or that have waited for ten seconds, are not made', async () => {
    const { look, end, pass, begun, settle } = useLooks()
    void look('1', 'greedy', MB)
    const signal = { aborted: false }
    const left = later(look('2', 'greedy', MB, 'courts', { signal }))
    await settle()
    signal.aborted = true
    await pass(5_000)
    const late = later(look('3', 'greedy', MB))
    await pass(5_000)
    await expect(left).rejects.toThrow('overloaded')
    await pass(5_000)
    await expect(late).rejects.toMatchObject({
      code: 'overloaded',
      extras: { detail: expect.stringContaining('ask for fewer days') },
    })
    await end('1')
    expect(begun).toEqual(['1'])
  })
})
