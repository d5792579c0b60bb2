/** Every scenario as a script runs it, small: a safe strategy is right in it, and naive is caught. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judge } from '../../../src/lab/checker/judge.js'
import { readHistory } from '../../../src/lab/history/history-file.js'
import type { RaceResult } from '../../../src/lab/race/race.js'
import { type Ended, run } from '../../support/process/command.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-scenarios-'))
})
afterAll(() => rm(folder, { recursive: true }))

function resultOf(ended: Ended): RaceResult {
  expect(ended.stdout, ended.stderr).not.toBe('')
  return JSON.parse(ended.stdout)
}

const race = (scenario: string, mode: string, ...words: string[]) =>
  run([
    ...['simulate', '--json', '--scenario', scenario, '--mode', mode, '--seed', '11'],
    ...['--clients', '20', '--servers', '2', '--think-ms', '10', ...words],
  ])

const SMALL = [
  ['flash-sale', '--rooms', '4'],
  ['turf', '--rooms', '40'],
  ['checkout', '--rooms', '5'],
  ['cart', '--rooms', '12'],
  ['mixed', '--rooms', '6'],
]

describe.each(SMALL)('%s', (scenario, ...own) => {
  test('is won by a safe strategy, as its kept history says as well', async () => {
    const file = join(folder, `${scenario}.jsonl`)
    const words = [...own, '--history', file]
    const ended = await race(scenario ?? '', 'batched', ...words)
    const { verdict, counts, findings, judgement, roundTripsPerReservation } = resultOf(ended)
    expect([ended.status, verdict, judgement.verdict], ended.stdout).toEqual([0, 'ok', 'ok'])
    expect(findings).toEqual({ oversold: 0, lost: 0, unsold: 0, drifted: 0 })
    expect(counts.reserved).toBeGreaterThan(0)
    expect(counts.refused, 'nobody was refused: there was no race').toBeGreaterThan(0)
    expect(roundTripsPerReservation).toBeGreaterThan(0)
    const history = await readHistory(file)
    expect(history.operations.length).toBe(judgement.figures.operations)
    expect(judge(history).verdict).toBe('ok')
  })

  test('is where naive sells something twice, and the judges say so', async () => {
    // So many that each pool has several at once, on the busiest machine.
    const ended = await race(scenario ?? '', 'naive', ...own, '--clients', '60')
    const { verdict, judgement } = resultOf(ended)
    expect([ended.status, verdict, judgement.verdict]).toEqual([1, 'violation', 'violation'])
    expect(judgement.counts.double_booking, 'at some moment, if not at the end').toBeGreaterThan(0)
  })
})

test('of two clicks on each slot of a turf one is told yes and one no', async () => {
  const { counts, pools, promisedTwice } = resultOf(await race('turf', 'pessimistic'))
  expect([counts.requests, counts.reserved, counts.refused]).toEqual([400, 200, 200])
  expect(pools.every((slot) => slot.sold === 1)).toBe(true)
  expect(promisedTwice).toBe(0)
})

test('under naive the verdict says how many customers were promised somebody else’s hour', async () => {
  const ended = await run(['simulate', '--scenario', 'turf', '--mode', 'naive', '--seed', '3'])
  const told = /PROMISED TWICE: (\d+) customers? (?:was|were) told yes for a slot/.exec(
    ended.stdout,
  )
  expect(ended.stdout).toMatch(/OVERSOLD: (1 slot was|\d+ slots were) sold twice/)
  expect(Number(told?.[1])).toBeGreaterThan(0)
  const mailed =
    /MAILED TWICE: (\d+) customers were sent a confirmation for a slot that is another’s/
  expect(Number(mailed.exec(ended.stdout)?.[1])).toBeGreaterThanOrEqual(2)
  expect(ended.stdout, 'the witness').toMatch(/DOUBLE BOOKING: [\d,]+ – [\s\S]*client \d+ +├─/)
  expect(ended.stderr, 'something is shown at once').toMatch(/^Racing naive in turf: /)
  expect(ended.status).toBe(1)
})

test('a double click on cancel gives a seat back twice where the reservation is not locked', async () => {
  const ended = await race('checkout', 'cancel-twice')
  const { findings, judgement } = resultOf(ended)
  expect(ended.status, ended.stdout).toBe(1)
  expect(findings.drifted).toBeGreaterThan(0)
  expect(judgement.counts).toHaveProperty('counter_drift')
})

test('visitors who arrive at a rate are served, or counted as dropped, and none is forgotten', async () => {
  const words = ['--rate', '400', '--rooms', '2', '--clients', '3']
  const { counts, options } = resultOf(await race('flash-sale', 'guarded', ...words))
  expect(options.rate).toBe(400)
  expect(counts.requests + counts.dropped).toBe(200)
  expect(counts.dropped, 'three clients cannot serve 400 visits a second').toBeGreaterThan(0)
})

test('a control that shows nothing is inconclusive: exit status 3', async () => {
  const words = ['simulate', '--mode', 'naive', '--clients', '1', '--servers', '1', '--rooms', '5']
  const ended = await run([...words, '--think-ms', '0'])
  expect(ended.stdout).toMatch(/INCONCLUSIVE: naive is a control/)
  expect(ended.status).toBe(3)
})

test('another isolation is printed, and makes a control no control any more', async () => {
  const words = ['simulate', '--mode', 'atomic', '--clients', '20', '--rooms', '20']
  const ended = await run([...words, '--think-ms', '0', '--isolation', 'serializable'])
  expect(ended.stdout).toContain('isolation serializable instead of read committed')
  expect(ended.stdout).toContain('OK: every room was sold at most once')
  expect(ended.status).toBe(0)
})

test('a safe strategy is ok while servers and backends are killed and the network breaks', async () => {
  const words = ['--rooms', '15', '--chaos', 'kill-server,kill-backend,slow-network']
  const ended = await race('checkout', 'pessimistic', ...words)
  const { verdict, chaos } = resultOf(ended)
  expect([ended.status, verdict], ended.stdout).toEqual([0, 'ok'])
  expect(chaos.did.length, 'nothing was harmed').toBeGreaterThan(0)
})

test('each booking has its mail and each mail its booking, whatever is killed meanwhile', async () => {
  const words = ['--rooms', '15', '--chaos', 'kill-server,kill-backend,slow-network']
  const ended = await race('turf', 'batched', ...words)
  const { verdict, judgement, counts, chaos } = resultOf(ended)
  expect([ended.status, verdict], ended.stdout).toEqual([0, 'ok'])
  expect(judgement.figures.mails).toBeGreaterThanOrEqual(counts.reserved)
  expect(chaos.did.length, 'nothing was harmed').toBeGreaterThan(0)
})
