import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HoldfastError } from '../../../src/domain/errors.js'
import {
  type Attempt,
  RETRY_DEFAULTS,
  type RetryOptions,
  retrying,
} from '../../../src/engine/retry.js'

const told = (code: string) => Object.assign(new Error(`the server said ${code}`), { code })

/** Retries without pausing: what is tested is how often, not how long. */
const atOnce = (attemptsMax: number): RetryOptions => ({
  ...RETRY_DEFAULTS,
  attemptsMax,
  random: () => 0,
})

/** Fails with each of `failures` in turn, or loses where one is undefined; then it is done. */
function givenFailures(failures: readonly (Error | undefined)[]) {
  const state = { attempts: 0 }
  const attempt = async (): Promise<Attempt<string>> => {
    const failure = failures[state.attempts]
    state.attempts += 1
    if (state.attempts > failures.length) return { done: true, value: 'done' }
    if (failure !== undefined) throw failure
    return { done: false }
  }
  return { state, attempt }
}

describe('retrying', () => {
  test('counts one attempt when nobody was in the way', async () => {
    const { attempt } = givenFailures([])
    expect(await retrying(atOnce(8), attempt)).toEqual({ value: 'done', attempts: 1 })
  })

  test('starts again after everything that left nothing behind, and counts each attempt', async () => {
    const failures = [
      undefined,
      told('40001'),
      told('40P01'),
      told('57P01'),
      told('08006'),
      told('ECONNRESET'),
      told('EPIPE'),
      new Error('Connection terminated unexpectedly'),
    ]
    const { attempt } = givenFailures(failures)
    expect(await retrying(atOnce(9), attempt)).toEqual({ value: 'done', attempts: 9 })
  })

  test('says before each further attempt why there is one, and nothing before the first', async () => {
    const reasons: string[] = []
    const unknown = new HoldfastError('outcome_unknown', 'COMMIT got no answer')
    const away = new HoldfastError('database_unavailable', 'cannot reach the database')
    const { attempt } = givenFailures([undefined, told('40001'), told('57P01'), unknown, away])
    const keyed = { ...atOnce(8), resolveUnknown: true }
    const { attempts } = await retrying(keyed, attempt, (why) => reasons.push(why))
    expect(reasons).toEqual([
      'conflict',
      'conflict',
      'connection_lost',
      'outcome_unknown',
      'connection_lost',
    ])
    expect(attempts).toBe(6)
  })

  test('says nothing of the attempt that it does not make', async () => {
    const reasons: string[] = []
    const { attempt } = givenFailures(Array(100).fill(undefined))
    await retrying(atOnce(3), attempt, (why) => reasons.push(why)).catch(() => {})
    expect(reasons).toEqual(['conflict', 'conflict'])
  })

  test('ends with "contention" when others were faster every time, after so many attempts', async () => {
    const { state, attempt } = givenFailures(Array(100).fill(undefined))
    await expect(retrying(atOnce(5), attempt)).rejects.toEqual(
      new HoldfastError(
        'contention',
        'others were faster 5 times in a row; nothing was written, try again',
      ),
    )
    expect(state.attempts).toBe(5)
  })

  test('ends with "contention" when the database aborted it every time', async () => {
    const { state, attempt } = givenFailures(Array(100).fill(told('40001')))
    await expect(retrying(atOnce(5), attempt)).rejects.toMatchObject({ code: 'contention' })
    expect(state.attempts).toBe(5)
  })

  test.each([
    ['busy', told('55P03')],
    ['overloaded', new HoldfastError('overloaded', 'no connection came free in time')],
    ['away', new HoldfastError('database_unavailable', 'cannot reach the database')],
  ])(
    'does not say that nothing was written because the database is %s, after a COMMIT without an answer',
    async (_what, next) => {
      const unknown = new HoldfastError('outcome_unknown', 'COMMIT was not answered')
      const { attempt } = givenFailures([unknown, ...Array<Error>(7).fill(next)])
      await expect(retrying({ ...atOnce(8), resolveUnknown: true }, attempt)).rejects.toBe(unknown)
    },
  )

  test('ends with "database_unavailable", and the reason, when the connection was lost every time', async () => {
    const lost = told('57P01')
    const { state, attempt } = givenFailures(Array(100).fill(lost))
    await expect(retrying(atOnce(3), attempt)).rejects.toMatchObject({
      code: 'database_unavailable',
      cause: lost,
    })
    expect(state.attempts).toBe(3)
  })

  test.each([
    ['gives up waiting for a lock', told('55P03')],
    ['has no connection free', new HoldfastError('overloaded', 'none came free')],
    ['cannot be reached', new HoldfastError('database_unavailable', 'gone')],
    ['fails in a way that nobody foresaw', told('23514')],
  ])(
    'is still unknown after a COMMIT without an answer when what looks again %s',
    async (_, next) => {
      const unknown = new HoldfastError('outcome_unknown', 'COMMIT got no answer')
      const { attempt } = givenFailures([unknown, ...Array(100).fill(next)])
      const keyed = { ...atOnce(3), resolveUnknown: true }
      await expect(retrying(keyed, attempt)).rejects.toBe(unknown)
    },
  )

  test('says what the last attempt met: a conflict after a lost connection is a conflict', async () => {
    const { attempt } = givenFailures([told('57P01'), told('40001')])
    await expect(retrying(atOnce(2), attempt)).rejects.toMatchObject({ code: 'contention' })
  })

  test.each(['55P03', '57014'])(
    'does not queue again where the database gave up waiting (%s): "contention" at once',
    async (code) => {
      const { state, attempt } = givenFailures([told(code)])
      await expect(retrying(atOnce(8), attempt)).rejects.toMatchObject({
        code: 'contention',
        cause: { code },
      })
      expect(state.attempts).toBe(1)
    },
  )

  test.each([
    ['an unknown outcome: it may have happened already', new HoldfastError('outcome_unknown', 'x')],
    ['no connection to be had', new HoldfastError('overloaded', 'x')],
    ['no database', new HoldfastError('database_unavailable', 'x')],
    ['a broken rule of the schema', told('23514')],
    ['a fault of the program', new TypeError('x is not a function')],
  ])('does not start again after %s, and tells that very error', async (_what, error) => {
    const { state, attempt } = givenFailures([error])
    await expect(retrying(atOnce(8), attempt)).rejects.toBe(error)
    expect(state.attempts).toBe(1)
  })
})

describe('the pauses between attempts', () => {
  /** How long each pause took, in milliseconds. */
  async function pausesOf(options: Partial<RetryOptions>): Promise<number[]> {
    const startsMs: number[] = []
    const attempt = async (): Promise<Attempt<never>> => {
      startsMs.push(performance.now())
      return { done: false }
    }
    const given = retrying({ ...RETRY_DEFAULTS, ...options }, attempt).catch(() => {})
    await vi.runAllTimersAsync()
    await given
    return startsMs.slice(1).map((startMs, i) => startMs - (startsMs[i] ?? 0))
  }

  // The test's own clock: a month passes in a moment, and a busy machine adds nothing.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('double from one to the next, up to their bound, when the draw is high', async () => {
    const random = () => 1
    const pauses = await pausesOf({ attemptsMax: 6, pauseMs: 8, pauseMsMax: 40, random })
    expect(pauses).toEqual([8, 16, 32, 40, 40])
  })

  test('stay within their bound however many there are: thirty doublings would last a month', async () => {
    const pauses = await pausesOf({ attemptsMax: 30, pauseMs: 2, pauseMsMax: 4, random: () => 1 })
    expect(pauses).toHaveLength(29)
    expect(Math.max(...pauses)).toBe(4)
  })

  test('are drawn anew each time, so that two losers do not meet again', async () => {
    let draws = 0
    const random = () => {
      draws += 1
      return 0
    }
    const pauses = await pausesOf({ attemptsMax: 5, pauseMs: 60_000, pauseMsMax: 60_000, random })
    expect(draws, 'one draw for each pause').toBe(4)
    expect(pauses, 'a low draw is a short pause').toEqual([0, 0, 0, 0])
  })
})
