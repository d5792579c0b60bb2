/** `holdfast simulate`, as a person or a script runs it: real processes, the built program. */
import { createServer } from 'node:net'
import { describe, expect, inject, test } from 'vitest'
import type { RaceResult } from '../../../src/lab/race/race.js'
import { withClient } from '../../support/database/empty-database.js'
import {
  childrenOf,
  type Ended,
  gone,
  type RunningCommand,
  run,
  start,
} from '../../support/process/command.js'
import { SEED } from '../../support/seed.js'
import { until } from '../../support/until.js'

const race = (mode: string, ...words: string[]) => [
  'simulate',
  '--json',
  '--mode',
  mode,
  ...['--clients', '60', '--servers', '2', '--think-ms', '0', '--seed', String(SEED)],
  ...words,
]

function resultOf(ended: Ended): RaceResult {
  expect(ended.stdout, ended.stderr).not.toBe('')
  return JSON.parse(ended.stdout)
}

/** Waits until `servers` servers run and customers have been served; the servers' process ids. */
async function underWay(command: RunningCommand, servers: number): Promise<number[]> {
  const pids = await until('the servers run', () => {
    if (!command.running) throw new Error(`it ended too soon: ${command.stderr}`)
    const children = childrenOf(command.pid)
    return children.length === servers ? children : undefined
  })
  // The database of an earlier race was dropped before the servers were started.
  await until('rooms are being sold', async () => (await reservations()) >= 20)
  expect(command.running, 'the race was over before the test could interfere').toBe(true)
  return pids
}

async function reservations(): Promise<number> {
  const url = new URL(inject('serverUrl'))
  url.pathname = '/holdfast_lab'
  return withClient(url.href, async (client) => {
    const { rows } = await client.query('select count(*)::integer as count from reservations')
    return rows[0].count
  })
}

/** The seed of the line with which a race begins. */
function seedIn({ stderr }: { readonly stderr: string }): number | undefined {
  const [, seed] = /^Racing .*, seed (\d+)\n/.exec(stderr) ?? []
  return seed === undefined ? undefined : Number(seed)
}

const NOTHING_FOUND = { oversold: 0, lost: 0, unsold: 0, drifted: 0 }

describe('the verdict', () => {
  test.each(['naive'])('on %s is that rooms were sold twice: exit status 1', async (mode) => {
    const ended = await run(race(mode))
    const { ok, findings, pools } = resultOf(ended)
    expect(findings.oversold).toBeGreaterThan(0)
    const over = pools.map((pool) => Math.max(0, pool.sold - pool.capacity))
    expect(findings.oversold).toBe(over.reduce((sum, rooms) => sum + rooms, 0))
    expect([ok, ended.status]).toEqual([false, 1])
  })

  // One that batches and one that does not; `compare` races all of them.
  test.each(['batched', 'pessimistic'])(
    'on %s is that each of 600 rooms was sold once: exit status 0',
    async (mode) => {
      const ended = await run(race(mode))
      const { ok, findings, pools, counts, reservedPerSecond } = resultOf(ended)
      expect(
        pools.map(({ name, capacity, sold, counter }) => [name, capacity, sold, counter]),
      ).toEqual([
        ['Hotel A', 200, 200, 200],
        ['Hotel B', 200, 200, 200],
        ['Hotel C', 200, 200, 200],
      ])
      expect(findings).toEqual(NOTHING_FOUND)
      expect([ok, ended.status]).toEqual([true, 0])
      expect(pools.reduce((sum, pool) => sum + pool.reservations, 0)).toBe(counts.reserved)
      const answers = counts.reserved + counts.refused + counts.conflicts + counts.unknown
      expect(counts.requests, 'every request had one answer').toBe(answers)
      expect(counts.unknown, 'no server answered with a fault').toBe(0)
      expect(reservedPerSecond).toBeGreaterThan(0)
    },
  )

  test('names what was raced, and repeats the seed, so that it can be raced again', async () => {
    const words = ['--seed', '4294967295', '--rooms', '7', '--clients', '3', '--servers', '1']
    const { options } = resultOf(await run([...race('guarded'), ...words]))
    expect(options).toEqual({
      scenario: 'evento',
      strategy: 'guarded',
      clients: 3,
      servers: 1,
      units: 7,
      thinkMs: 0,
      connections: 4,
      seed: 4294967295,
    })
  })

  test('says which seed was drawn when none was given, another one each time', async () => {
    const words = [
      'simulate',
      '--json',
      '--strategy',
      'optimistic',
      '--rooms',
      '0',
      '--servers',
      '1',
    ]
    const first = await run(words)
    const { strategy, seed } = resultOf(first).options
    expect([strategy, seed]).toEqual(['optimistic', seedIn(first)])
    // It says so before it begins, and need not race.
    const second = start(words)
    const another = await until('it says its seed', () => seedIn(second))
    second.killGroup('SIGKILL')
    expect(another).not.toBe(seed)
  })
})

describe('a race', () => {
  test('goes on and is won when every server but one is killed in the middle of it', async () => {
    const command = start(race('guarded', '--servers', '4', '--rooms', '500', '--think-ms', '200'))
    const [, ...victims] = await underWay(command, 4)
    const before = await reservations()
    for (const pid of victims) process.kill(pid, 'SIGKILL')
    const ended = await command.ended
    const { ok, findings, pools, counts } = resultOf(ended)
    expect(findings).toEqual(NOTHING_FOUND)
    expect(pools.map((pool) => pool.sold)).toEqual([500, 500, 500])
    expect(counts.reserved).toBeGreaterThan(before)
    expect([ok, ended.status]).toEqual([true, 0])
  })

  test('whose servers are all killed ends by itself, and says that rooms are left', async () => {
    const command = start(race('guarded', '--rooms', '500', '--think-ms', '200'))
    for (const pid of await underWay(command, 2)) process.kill(pid, 'SIGKILL')
    const ended = await command.ended
    const { findings } = resultOf(ended)
    expect(findings).toMatchObject({ oversold: 0, lost: 0 })
    expect(findings.unsold).toBeGreaterThan(0)
    expect(ended.status).toBe(1)
  })

  test('ends with Ctrl-C: customers under way get their answer, then no process is left', async () => {
    const command = start(race('guarded', '--rooms', '100000'))
    const servers = await underWay(command, 2)
    command.killGroup('SIGINT')
    const ended = await command.ended
    expect(ended.status).toBe(130)
    expect(resultOf(ended).counts.unknown, 'customers who never heard what became of them').toBe(0)
    await gone(servers)
  })

  test('leaves no server behind even when it is killed itself', async () => {
    const command = start(race('guarded', '--rooms', '100000', '--think-ms', '50'))
    const servers = await underWay(command, 2)
    command.kill('SIGKILL')
    await gone(servers)
  })
})

describe('two races at once', () => {
  // It says so itself: on the tests' server races of other files may wait as well.
  const waits = (race: RunningCommand) =>
    until('the second race waits for the first', () =>
      race.stderr.includes('Another race is under way'),
    )

  test('queue, and both end well: neither drops the other’s database', async () => {
    const first = start(race('guarded', '--think-ms', '100'))
    await underWay(first, 2)
    const second = start(race('pessimistic'))
    await waits(second)
    expect(first.running).toBe(true)
    const both = await Promise.all([first.ended, second.ended])
    expect(both.map((ended) => [ended.status, resultOf(ended).ok])).toEqual([
      [0, true],
      [0, true],
    ])
  })

  test('do not keep somebody waiting who presses Ctrl-C', async () => {
    const first = start(race('guarded', '--rooms', '100000', '--think-ms', '50'))
    await underWay(first, 2)
    const second = start(race('pessimistic'))
    await waits(second)
    second.killGroup('SIGINT')
    expect((await second.ended).status).toBe(130)
    expect(first.running).toBe(true)
    first.killGroup('SIGINT')
    expect((await first.ended).status).toBe(130)
  })
})

/** One sentence, exit status 2, and nothing of the program's inside. */
function expectUsage({ status, stdout, stderr }: Ended, sentence: RegExp): void {
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toMatch(/\n\s+at |node:internal|Error:/)
  expect([status, stdout]).toEqual([2, ''])
}

describe('a mistake on the command line', () => {
  const mistakes: [words: string[], sentence: RegExp][] = [
    [
      ['simulate', '--clients', '0'],
      /'--clients <n>'.*'0' is invalid.*whole number from 1 to 10000/,
    ],
    [['simulate', '--clients', '1.5'], /'1.5' is invalid/],
    [['simulate', '--clients', 'many'], /'many' is invalid/],
    [['simulate', '--clients='], /'--clients <n>'/],
    [['simulate', '--clients'], /argument missing/],
    [['simulate', '--servers', '65'], /from 1 to 64/],
    [['simulate', '--rooms', '-1'], /'-1' is invalid/],
    [['simulate', '--think-ms', '60001'], /from 0 to 60000/],
    [['simulate', '--seed', '4294967296'], /from 0 to 4294967295/],
    [['simulate', '--mode', 'fast'], /'fast' is invalid.*naive, atomic, .*pessimistic/],
    [['simulate', '--strategy', ''], /'' is invalid/],
    [['simulate', '--scenario', 'opera'], /'opera' is invalid.*evento/],
    [['simulate', '--room', '5'], /unknown option '--room'/],
    [['simulate', 'naive'], /too many arguments/],
    [['simluate'], /unknown command 'simluate'/],
    [['toString'], /unknown command 'toString'/],
  ]

  test('gets a sentence that says what is allowed, not a stack, and exit status 2', async () => {
    for (const [words, sentence] of mistakes) expectUsage(await run(words), sentence)
  })
})

describe('a database that is not there', () => {
  /** In the last line, behind what the race said of its preparation. */
  function expectFault(ended: Ended, sentence: RegExp): void {
    const said = ended.stderr.trim().split('\n')
    expectUsage({ ...ended, stderr: said.at(-1) ?? '' }, sentence)
    for (const line of said.slice(0, -1))
      expect(line).toMatch(/^(Racing guarded |Making a database)/)
  }

  test.each([
    [
      'postgres://holdfast@127.0.0.1:1/holdfast',
      /^holdfast: cannot reach the database: .*127\.0\.0\.1:1/,
    ],
    [
      'postgres://holdfast@holdfast.invalid/x',
      /^holdfast: cannot reach the database: .*holdfast\.invalid/,
    ],
    ['localhost:5432', /^holdfast: DATABASE_URL begins with localhost:\/\/; allowed: postgres:/],
    ['mysql://localhost/x', /^holdfast: DATABASE_URL begins with mysql:\/\/; allowed: postgres:/],
  ])('at %s is told in one sentence', async (url, sentence) => {
    expectFault(await run(race('guarded'), { DATABASE_URL: url }), sentence)
  })

  test('but something else that never answers is told as well', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    const DATABASE_URL = `postgres://holdfast@127.0.0.1:${port}/x`
    expectFault(
      await run(race('guarded'), { DATABASE_URL }),
      /^holdfast: cannot reach the database/,
    )
    silent.close()
  })
})
