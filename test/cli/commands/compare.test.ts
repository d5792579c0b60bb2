/** `holdfast compare`, as a script runs it: tiny races, all of its answers, and what it refuses. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Comparison } from '../../../src/lab/compare/comparison.js'
import { withClient, withEmptyDatabase } from '../../support/database/empty-database.js'
import { type Ended, run } from '../../support/process/command.js'
import { SAFE_NAMES } from '../../support/stock/evento.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-compare-'))
})
afterAll(() => rm(folder, { recursive: true }))

const TINY = ['--clients', '20', '--rooms', '20', '--think-ms', '0', '--servers', '2']
const compare = (...words: string[]) => run(['compare', '--seed', '5', ...TINY, ...words])

function comparisonOf(ended: Ended): Comparison {
  expect(ended.stdout, ended.stderr).not.toBe('')
  return JSON.parse(ended.stdout)
}

describe('a comparison', () => {
  test('of a control and a safe strategy catches the one and clears the other: exit status 0', async () => {
    const report = join(folder, 'report.html')
    const files = ['--report', report, '--history', join(folder, 'race.jsonl')]
    const words = ['--strategies', 'naive,batched', '--rounds', '2', '--json', ...files]
    const ended = await compare(...words)
    const { verdict, strategies, rounds, database } = comparisonOf(ended)
    expect(
      strategies.map((row) => [row.strategy, row.safe, row.verdict, row.races.length]),
    ).toEqual([
      ['naive', false, 'caught', 2],
      ['batched', true, 'ok', 2],
    ])
    expect([ended.status, verdict, rounds]).toEqual([0, 'ok', 2])
    expect(strategies[0]?.oversold).toBeGreaterThan(0)
    expect(strategies[1]).toMatchObject({ oversold: 0, unjustified: 0, lost: 0 })
    expect(Object.keys(database.settings)).toContain('fsync')
    const seeds = strategies.flatMap((row) => row.races.map((race) => race.options.seed))
    expect(new Set(seeds), 'everybody races with the same seed').toEqual(new Set([5]))
    expect((await readdir(folder)).sort()).toEqual([
      'race.batched-1.jsonl',
      'race.batched-2.jsonl',
      'race.naive-1.jsonl',
      'race.naive-2.jsonl',
      'report.html',
    ])
    expect(await readFile(report, 'utf8')).toMatch(/<html[\s\S]*naive[\s\S]*batched/)
  })

  test('of every safe strategy is a table for people, and plain lines with the time left where nobody watches', async () => {
    const ended = await compare('--strategies', ['naive', ...SAFE_NAMES].join(), '--rounds', '1')
    expect(ended.stdout).toMatch(/^strategy +verdict +oversold +unjustified +lost +reserved\/s/m)
    for (const name of SAFE_NAMES) {
      expect(ended.stdout).toMatch(new RegExp(`^${name} +ok +0 +0 +0 `, 'm'))
    }
    expect(ended.stdout).toMatch(/^OK: 7 safe strategies without a fault; caught.*: naive$/m)
    expect(ended.stderr).toMatch(/race 1 of 8: naive/)
    expect(ended.stderr).toMatch(/about [\d.]+ s left/)
    expect(ended.status).toBe(0)
  })

  test('in which a control shows nothing is inconclusive: exit status 3', async () => {
    const words = ['--strategies', 'naive', '--rounds', '1', '--clients', '1', '--servers', '1']
    const ended = await compare(...words)
    expect(ended.stdout).toMatch(/^INCONCLUSIVE: naive ought to have been caught/m)
    expect(ended.status).toBe(3)
  })
})

describe('a mistake on the command line', () => {
  const mistakes: [words: string[], sentence: RegExp][] = [
    [['compare', '--strategies', 'naive,fast'], /There is no "fast".*naive, atomic/],
    [['compare', '--strategies', ''], /There is no ""/],
    [['compare', '--rounds', '0'], /from 1 to 100/],
    [['compare', '--mode', 'naive'], /unknown option '--mode'/],
    [['compare', '--scenario', 'opera'], /'opera' is invalid.*flash-sale/],
    [['compare', '--report', '/nowhere/report.html'], /\/nowhere\/report.html cannot be written/],
    [['compare', '--history', '/nowhere/race.jsonl'], /the folder \/nowhere cannot be written/],
    [
      ['compare', '--strategies', 'serializable', '--isolation', 'read-committed'],
      /--isolation is read committed, with which serializable is not itself.*allowed: serializable/,
    ],
    [['simulate', '--scenario', 'turf', '--clients', '7'], /--clients is 7.*pairs.*an even number/],
    [['simulate', '--rate', '0'], /from 1 to 100000/],
    [['simulate', '--isolation', 'snapshot'], /'snapshot' is invalid.*repeatable-read/],
    [['simulate', '--chaos', 'earthquake'], /There is no "earthquake".*kill-server/],
    [['simulate', '--history', '/nowhere/race.jsonl'], /\/nowhere\/race.jsonl cannot be written/],
    [['simulate', '--allow-non-empty'], /--allow-non-empty is for --in-place/],
    [['simulate', '--database-url', 'mysql://x/y'], /--database-url begins with mysql:/],
  ]

  test('gets a sentence that says what is allowed, not a stack, and exit status 2', async () => {
    for (const [words, sentence] of mistakes) {
      const { status, stdout, stderr } = await run(words)
      expect(stderr).toMatch(sentence)
      expect(stderr).not.toMatch(/\n\s+at |node:internal|Error:/)
      expect([status, stdout], words.join(' ')).toEqual([2, ''])
    }
  })
})

describe('somebody else’s database', () => {
  const inPlace = (url: string, ...words: string[]) =>
    run([
      ...['simulate', '--mode', 'naive', '--json', ...TINY],
      ...['--in-place', '--database-url', url, ...words],
    ])
  const namesIn = (url: string) =>
    withClient(url, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select nspname || '.' || relname as name
         from pg_class
         join pg_namespace on pg_namespace.oid = relnamespace
         where nspname in ('public', 'holdfast_lab')
         order by 1`,
      )
      return rows.map((row) => row.name)
    })

  test('that is empty is raced in, and left as it was found', () =>
    withEmptyDatabase(async (url) => {
      const ended = await inPlace(url)
      expect(ended.status, ended.stderr).toBe(1)
      expect(await namesIn(url)).toEqual([])
    }))

  test('that is not empty is refused by name, and untouched when it is raced in all the same', () =>
    withEmptyDatabase(async (url) => {
      await withClient(url, (client) => client.query('create table pools (theirs integer)'))
      const refused = await inPlace(url)
      expect(refused.stderr).toMatch(
        /the database is not empty \(public\.pools\).*--allow-non-empty/,
      )
      expect([refused.status, refused.stdout]).toEqual([2, ''])
      const ended = await inPlace(url, '--allow-non-empty')
      expect(ended.status, ended.stderr).toBe(1)
      expect(await namesIn(url)).toEqual(['public.pools'])
    }))

  test('that is named by a flag goes before the one of the environment', async () => {
    const words = [
      'simulate',
      '--seed',
      '5',
      '--mode',
      'guarded',
      ...TINY,
      ...['--servers', '1'],
      '--database-url',
      inject('serverUrl'),
    ]
    const ended = await run(words, { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nowhere' })
    expect(ended.status, ended.stderr).toBe(0)
  })
})
