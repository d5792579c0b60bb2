/** `holdfast listings`: something is on sale, as it was written down. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { createEngine } from '../../../src/engine/engine.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { useDatabase } from '../../support/database/test-database.js'
import { type Ended, run } from '../../support/process/command.js'

const held = useDatabase()
const listings = (...words: string[]) => run(['listings', ...words], { DATABASE_URL: held.url })
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-listings-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

/** Runs it with `text` on stdin. */
function withStdin(text: string, ...words: string[]): Promise<Ended> {
  const program = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url))
  const child = spawn(process.execPath, [program, 'listings', ...words], {
    env: { PATH: process.env['PATH'], DATABASE_URL: held.url },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  child.stdin.end(text)
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, ...output })))
}

const CONFERENCE = {
  name: 'Go conference',
  time_zone: 'Europe/Paris',
  policy: { customer_units_max: 5, hold_seconds_max: 900 },
  resources: [
    { name: 'Hotel A', pools: [{ capacity: 200 }, { capacity: 20 }] },
    { name: 'Hotel B', pools: [{ capacity: 50 }] },
    { name: 'To be built', pools: [] },
  ],
}

/** What was made, in the order in which it is shown. */
const stock = (view: { pools: { resource: { name: string }; capacity: number }[] }) =>
  view.pools.map((pool) => [pool.resource.name, pool.capacity])

describe('listings create', () => {
  test('from flags has the resources in the order in which they were named', async () => {
    const { status, stdout, stderr } = await listings(
      ...['create', '--name', 'Go conference', '--time-zone', 'Europe/Paris', '--json'],
      ...['--resource', 'Hotel B=50', 'Hotel A=200', '--resource', 'a=b=0'],
    )
    expect([status, stderr]).toEqual([0, ''])
    const view = JSON.parse(stdout)
    expect(view).toMatchObject({ name: 'Go conference', time_zone: 'Europe/Paris' })
    expect(stock(view)).toEqual([
      ['Hotel B', 50],
      ['Hotel A', 200],
      ['a=b', 0],
    ])
  })

  test('from a file has all that the file says, and is sold from at once', async () => {
    const path = await file('conference.json', JSON.stringify(CONFERENCE))
    const { status, stdout } = await listings('create', path, '--json')
    expect(status).toBe(0)
    const view = JSON.parse(stdout)
    expect(view.policy).toMatchObject({
      customer_units_max: 5,
      customer_holds_max: null,
      hold_seconds_max: 900,
    })
    expect(stock(view)).toEqual([
      ['Hotel A', 200],
      ['Hotel A', 20],
      ['Hotel B', 50],
    ])
    const engine = createEngine({ db: held.db, strategy: STRATEGIES.batched })
    const lines = [{ poolId: view.pools[1].pool_id, quantity: 5 }]
    expect((await engine.reserve(view.id, { customer: 'ada', lines })).kind).toBe('done')
    const shown = await listings('show', view.id)
    expect(shown.stdout).toContain('Go conference (Europe/Paris)\n')
    expect(shown.stdout).toContain('at most 5 units per customer')
    expect(shown.stdout).toMatch(/^Hotel A {3}20 {8}5 {6}15 {4}/m)
    expect(JSON.parse((await listings('show', view.id, '--json')).stdout).pools[1].taken).toBe(5)
  })

  test('from stdin is the same', async () => {
    const { status, stdout } = await withStdin(JSON.stringify(CONFERENCE), 'create', '-', '--json')
    expect(status).toBe(0)
    expect(stock(JSON.parse(stdout))).toHaveLength(3)
  })

  test.each([
    [[], /a listing needs a name/],
    [['--resource', 'Hotel A=1'], /a listing needs a name/],
    [['--name', 'x', '--resource', 'Hotel A'], /Allowed: a name, =, and a whole number/],
    [['--name', 'x', '--resource', 'Hotel A=-1'], /Allowed: a name, =, and a whole number/],
    [['--name', 'x', '--resource', 'Hotel A=2147483648'], /Allowed: a name, =/],
    [['--name', 'x', '--time-zone', 'Mars/Olympus'], /there is no time zone "Mars\/Olympus"/],
    [['--name', 'a\nb'], /what the flags describe is not a valid listing: \/name /],
    [['nowhere.json'], /cannot read nowhere\.json: ENOENT/],
    [['x.json', '--name', 'x'], /give either a file or flags, not both/],
  ])('refuses %j in a sentence, with exit status 2, and makes nothing', async (words, sentence) => {
    const before = await held.db.query('select from listings')
    const { status, stdout, stderr } = await listings('create', ...words)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(sentence)
    expect(await held.db.query('select from listings')).toHaveLength(before.length)
  })

  test.each([
    ['{"name": "x"', /is not JSON: /],
    ['[]', /is not a valid listing: it must be object/],
    ['{"name":"x"}', /must have required properties resources/],
    [
      '{"name":"","resources":[{"name":"a","pools":[{"capacity":1.5}]}],"color":"red"}',
      /there is no field \/color; \/name must not .*; \/resources\/0\/pools\/0\/capacity must be integer/,
    ],
    [
      '{"name":"x","resources":[],"policy":{"hold_seconds_max":0}}',
      /\/policy\/hold_seconds_max must be >= 1/,
    ],
  ])('says everything that is wrong with %s', async (text, sentence) => {
    const path = await file('wrong.json', text)
    const { status, stderr } = await listings('create', path)
    expect(status).toBe(2)
    expect(stderr).toMatch(sentence)
    expect(stderr).toMatch(/^holdfast: .*wrong\.json is not [^\n]*\n$/)
  })
})

describe('listings show and list', () => {
  test('all listings are told, more than one page of them', async () => {
    await held.db.query(
      `insert into listings (listing_id, name)
       select gen_random_uuid(), 'many' from generate_series(1, 450)`,
    )
    const all: { name: string }[] = JSON.parse((await listings('list', '--json')).stdout)
    expect(all.filter(({ name }) => name === 'many')).toHaveLength(450)
    expect((await listings('list')).stdout.split('\n').length).toBeGreaterThan(450)
  })

  test.each(['nonsense', newId()])('there is no listing %s: exit status 2', async (id) => {
    const { status, stdout, stderr } = await listings('show', id)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe(`holdfast: there is no listing ${id}; \`holdfast listings list\` has all\n`)
  })
})
