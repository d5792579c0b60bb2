/** The runner of the faults, without any: what it counts, what makes a run void, and what the table says. */
import { expect, test } from 'vitest'
import type { Fault, Trial } from '../../faults/fault.js'
import { judge } from '../../faults/load/judge.js'
import type { Operation } from '../../faults/load/operation.js'
import { hear } from '../../faults/load/operation.js'
import type { Books } from '../../faults/load/recount.js'
import { readOptions } from '../../faults/options.js'
import { PLAN } from '../../faults/plan.js'
import { partOf } from '../../faults/report.js'
import { runFaults } from '../../faults/run.js'

const IDS = PLAN.map(({ id }) => id)
const NOTHING = { acknowledged: 0, unknown: 0, lost: 0, doubled: 0, kills: 0, failovers: 0 }
const BOUNDLESS = new AbortController().signal

const fault = (id: string, run: (seed: number) => Partial<Trial>): Fault => ({
  id,
  injects: 'nothing',
  repetitions: { quick: 2, whole: 5 },
  open: async () => ({
    run: async (seed) => ({ ...NOTHING, wrong: [], ...run(seed) }),
    end: async () => [],
  }),
})

const runOf = (...faults: Fault[]) =>
  runFaults({
    faults,
    ground: undefined as never,
    seed: 17,
    repetitionsOf: ({ repetitions }) => repetitions.quick,
    signal: BOUNDLESS,
    say: () => {},
  })

test('the plan has F0 to F15 but what cannot be had, what went wrong once, and no name twice', () => {
  expect(new Set(IDS).size).toBe(IDS.length)
  expect(IDS).toEqual(expect.arrayContaining(['F0', 'F1', 'F5', 'F10', 'F15', 'W1', 'W5']))
  for (const { repetitions } of PLAN) {
    expect(repetitions.quick).toBeGreaterThan(0)
    expect(repetitions.whole).toBeGreaterThan(repetitions.quick)
  }
})

test('a repetition is run again by its fault and its seed, and is no part of the table', () => {
  const read = readOptions(['--only', 'F3', '--seed', '17'], IDS)
  expect(read).toMatchObject({ ids: ['F3'], seed: 17, repetitions: 1, publish: false })
  const budget = readOptions(['--budget', '20m'], IDS)
  expect(budget).toMatchObject({ size: 'whole', budgetMs: 1_200_000, publish: true })
  for (const args of [
    ['--only', 'F99'],
    ['--budget', '20'],
    ['--seed', '-1'],
    ['--quick', '--whole'],
  ]) {
    expect(() => readOptions(args, IDS), args.join(' ')).toThrow()
  }
})

test('seeds count up, and whatever was wrong, or could not be carried out, is told with its seed', async () => {
  const seeds: number[] = []
  const { sums } = await runOf(
    fault('F1', (seed) => {
      seeds.push(seed)
      return { acknowledged: 3, kills: 2 }
    }),
    fault('F2', (seed) => {
      if (seed === 18) throw new Error('no server started')
      return { lost: 1, wrong: ['one was lost'] }
    }),
  )
  expect(seeds).toEqual([17, 18])
  expect(sums[0]).toMatchObject({ repetitions: 2, acknowledged: 6, kills: 4, wrong: 0 })
  expect(sums[1]).toMatchObject({ lost: 1, wrong: 2 })
  expect(sums[1]?.findings[0]).toBe('F2, seed 17: one was lost')
  expect(sums[1]?.findings[1]).toContain('F2, seed 18: could not be carried out: Error: no server')
})

test('a mistake that nobody noticed is told, and a bound is told only where nothing was wrong', async () => {
  const { sums } = await runOf(
    fault('F0', () => ({ mutants: { tried: ['naive', 'atomic'], missed: ['naive'] } })),
    fault('F1', () => ({ wrong: ['one was lost'] })),
    fault('F5', () => ({ failovers: 1 })),
  )
  expect(sums[0]).toMatchObject({ mutants: 4, missed: ['naive', 'naive'] })
  const run = {
    on: '2026-11-27',
    seed: 17,
    machine: 'a machine',
    versions: 'some',
    minutes: 2,
    sums,
  }
  const { text } = partOf(sums, [run, run])
  expect(text).toContain('Of 2 runs, 4 minutes together')
  const [f0, f1, f5] = ['F0', 'F1', 'F5'].map((id) => rowOf(text, id))
  expect(f5).toEqual(['F5', 'nothing', '4', '0', '4', '0', '0', '0', '0', '0', '0.75'])
  expect(f1?.at(-1)).toBe('')
  expect(f0?.[2]).toBe('4')
  expect(text).toContain('8 trials of mistakes made on purpose 4 were not noticed')
  expect(text).toContain('- F1, seed 17: one was lost')
})

const rowOf = (text: string, id: string) =>
  text
    .split('\n')
    .find((line) => line.startsWith(`| ${id} `))
    ?.split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())

const LINES = [{ poolId: 'p', quantity: 2 }]
const yes = (id: string) => ({ kind: 'yes', body: { id, state: 'confirmed', version: 1 } }) as const

function operation(heard: Operation['heard'], more: Partial<Operation> = {}): Operation {
  const what = { kind: 'reserve', customer: 'visitor a', lines: LINES } as const
  const { key = 'a' } = more
  return { key, path: '/', body: {}, ...what, heard, wasUnknown: false, longestMs: 0, ...more }
}

const row = { id: 'r', customer: 'visitor a', state: 'confirmed', lines: LINES, expiredAt: null }
const books = (reservations: Books['reservations'], sold = 2): Books => ({
  reservations,
  pools: [{ id: 'p', capacity: 4, taken: sold, sold }],
})
const CANCELLED = operation(yes('r'), { kind: 'cancel', reservationId: 'r', customer: 'visitor b' })
delete (CANCELLED as { customer?: string }).customer

test.each([
  ['nothing is wrong', [operation(yes('r'))], books([row]), {}],
  ['one is not there', [operation(yes('r'))], books([], 0), { lost: 1 }],
  ['one has other lines', [operation(yes('r'))], books([{ ...row, lines: [] }]), { lost: 1 }],
  ['one is there twice', [operation(yes('r'))], books([row, { ...row, id: 's' }]), { doubled: 1 }],
  ['a cancel is gone', [operation(yes('r')), CANCELLED], books([row]), { lost: 1 }],
  ['more is sold than there is', [operation(yes('r'))], books([row], 5), { doubled: 1 }],
])('when %s, the recount says so', (_what, operations, found, counts) => {
  const { wrong, lost, doubled } = judge(operations, found)
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0, ...counts })
  expect(wrong).toHaveLength(lost + doubled)
})

test.each([
  ['refused, and there', [operation({ kind: 'no', code: 'sold_out' })], [row]],
  ['not written, and there', [operation({ kind: 'nothing', code: 'contention' })], [row]],
  ['never known', [operation({ kind: 'unknown', why: 'reset' }, { wasUnknown: true })], []],
  ['of nobody', [], [row]],
])('what is %s is wrong', (_what, operations, rows) => {
  expect(judge(operations, books(rows)).wrong).toHaveLength(1)
})

test('the same key is answered the same, and "nothing was written" does not make an unknown one known', () => {
  const known = operation(yes('r'))
  expect(hear(known, yes('r'))).toBeUndefined()
  expect(hear(known, yes('s'))).toContain(
    'was answered yes (r, confirmed, version 1), and later yes (s',
  )
  const unknown = operation({ kind: 'nothing', code: 'not asked yet' })
  hear(unknown, { kind: 'unknown', why: 'reset' })
  hear(unknown, { kind: 'nothing', code: 'contention' })
  expect(unknown).toMatchObject({ heard: { kind: 'unknown' }, wasUnknown: true })
})
