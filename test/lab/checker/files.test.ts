/** Histories as files: what is kept comes back, what is broken is named, and edits are found out. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Judgement } from '../../../src/lab/checker/judgement.js'
import type { History, HistoryRecord, MovementRecord } from '../../../src/lab/history/history.js'
import { createHistoryWriter, readHistory } from '../../../src/lab/history/history-file.js'
import { createRandom } from '../../../src/lab/race/random.js'
import { run } from '../../support/process/command.js'
import { makeHistory } from './histories.js'
import { pool, request, scene } from './scene.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-history-'))
})
afterAll(() => rm(folder, { recursive: true }))

function recordsOf(history: History): HistoryRecord[] {
  const { race, operations, pools, reservations, movements } = history
  return [race, ...operations, ...pools, ...reservations, ...movements]
}

let files = 0
async function keep(records: readonly HistoryRecord[]): Promise<string> {
  files += 1
  const path = join(folder, `${files}.jsonl`)
  const writer = createHistoryWriter(path)
  for (const record of records) await writer.write(record)
  await writer.close()
  return path
}

/** Two hotels, some hundred guests, and an engine that decides rightly. */
function raced(): History {
  return makeHistory({
    random: createRandom(7),
    operations: 300,
    pools: 2,
    severalPools: true,
    capacityMax: 20,
    wrongly: 0,
    ticksMax: 6,
    swap: false,
  }).history
}

async function checked(path: string): Promise<{ judgement: Judgement; status: number | null }> {
  const { stdout, stderr, status } = await run(['check', path, '--json'])
  expect(stdout, stderr).not.toBe('')
  return { judgement: JSON.parse(stdout), status }
}

describe('a history that was written', () => {
  test('comes back as it was', async () => {
    const history = raced()
    expect(await readHistory(await keep(recordsOf(history)))).toEqual(history)
  })

  test('comes back from a stream in pieces of any size', async () => {
    const { race, ...rest } = raced()
    const named = { ...rest, race: { ...race, scenario: 'Gäste im Hôtel, 客人' } }
    const text = recordsOf(named).map((record) => `${JSON.stringify(record)}\n`)
    const whole = Buffer.from(text.join(''))
    // Seven bytes at a time cut through every kind of character.
    const pieces = Array.from({ length: Math.ceil(whole.length / 7) }, (_, i) => {
      return whole.subarray(7 * i, 7 * i + 7)
    })
    expect(await readHistory(Readable.from(pieces))).toEqual(named)
  })

  test('cannot be written where there is no folder: a sentence, not a crash', async () => {
    const writer = createHistoryWriter(join(folder, 'no such folder', 'history.jsonl'))
    await expect(writer.close()).rejects.toThrow(/history\.jsonl cannot be written: ENOENT/)
  })
})

describe('a file that is no history', () => {
  const { race } = scene({})
  const operation = request(1, 'reserve', [0, 10])
  const lines: readonly [string, unknown, RegExp][] = [
    ['text', 'hello', /line 2: the line is "hello"; allowed: a record: an object/],
    ['an unknown type', { type: 'guest' }, /line 2: the field type is "guest"; allowed: "race", /],
    ['a type that every object has', { type: 'constructor' }, /the field type is "constructor"/],
    ['a type that no object lists', JSON.parse('{"type":"__proto__"}'), /is "__proto__"; allowed/],
    ['no type', {}, /line 2: the field type is missing; allowed: "race", /],
    [
      'a second race',
      race,
      /line 2: the field type is "race"; allowed: "race" in the first line only/,
    ],
    [
      'no quantity',
      { ...operation, lines: [{ poolId: 'hotel', quantity: 0 }] },
      /line 2: the field lines\[0\]\.quantity is 0; allowed: a whole number from 1 to 1000000/,
    ],
    [
      'a field too many',
      { ...operation, mood: 'good' },
      /line 2: there is no field "mood"; allowed: client, /,
    ],
    [
      'a field of every object',
      { ...operation, constructor: 1 },
      /line 2: there is no field "constructor"/,
    ],
    [
      'a field too few',
      { ...operation, key: undefined },
      /line 2: the field key is missing; allowed: text/,
    ],
    [
      'another outcome',
      { ...operation, outcome: 'yes' },
      /line 2: the field outcome is "yes"; allowed: "ok", "refused", "conflict", "unknown"/,
    ],
    [
      'an answer before the call',
      { ...operation, calledNs: 11e6 },
      /line 2: the field returnedNs is 10000000; allowed: calledNs \(11000000\) or later/,
    ],
    [
      'an answer that nobody got',
      { ...operation, returnedNs: null },
      /line 2: the field outcome is "ok"; allowed: "unknown" where returnedNs is null/,
    ],
    [
      'a pool of another race',
      { ...pool(0, 0), poolId: 'castle' },
      /line 2: the field poolId is "castle"; allowed: a pool of the race/,
    ],
  ]
  const textOf = (...those: unknown[]) => those.map((each) => `${JSON.stringify(each)}\n`).join('')

  test.each(lines)(
    'because of %s: says the line, the field and what is allowed',
    async (_, line, says) => {
      await expect(readHistory(Readable.from([textOf(race, line)]))).rejects.toThrow(says)
    },
  )

  test('is told by the command in one sentence, with exit status 2', async () => {
    const path = join(folder, 'wrong.jsonl')
    const whole: [string, RegExp][] = [
      ['', /wrong\.jsonl is empty; allowed: a race in the first line/],
      [
        'PK\u0003\u0004\n',
        /wrong\.jsonl, line 1: "PK.*" is not JSON; allowed: one record in each line/,
      ],
      [
        textOf(operation),
        /wrong\.jsonl, line 1: the field type is "operation"; allowed: "race" in the first/,
      ],
      [textOf(race, operation).slice(0, -9), /wrong\.jsonl, line 2: .* is not JSON/],
      [textOf({ ...race, format: 2 }), /line 1: the field format is 2; allowed: 1/],
      [
        textOf({ ...race, pools: [...race.pools, { ...race.pools[0], capacity: 9 }] }),
        /line 1: pool "hotel" is listed twice/,
      ],
      // A line of its own in the file must not become one on the screen.
      [textOf(race, { ...operation, ['\u001b[2K\nOK\u009b']: 1 }), /no field "\\u001b\[2K\\nOK "/],
      [textOf(race, pool(0, 0), pool(0, 0)), /line 3: pool "hotel" has a line already/],
    ]
    for (const [text, says] of whole) {
      await writeFile(path, text)
      const { status, stdout, stderr } = await run(['check', path])
      expect(stderr).toMatch(says)
      expect(stderr.trim().split('\n')).toHaveLength(1)
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    }
    const nowhere = await run(['check', join(folder, 'nowhere.jsonl')])
    expect(nowhere.stderr).toMatch(/nowhere\.jsonl cannot be read: ENOENT/)
    expect(nowhere.status).toBe(2)
    const aFolder = await run(['check', folder])
    expect(aFolder.stderr).toMatch(/cannot be read: EISDIR/)
    expect(aFolder.status).toBe(2)
  })
})

describe('holdfast check', () => {
  test('finds nothing in a race that went well: exit status 0', async () => {
    const path = await keep(recordsOf(raced()))
    const { judgement, status } = await checked(path)
    expect(judgement.anomalies).toEqual([])
    expect({ verdict: judgement.verdict, status }).toEqual({ verdict: 'ok', status: 0 })
    expect(judgement.figures.refusalsJudged).toBeGreaterThan(20)
    const { stdout } = await run(['check', path])
    expect(stdout).toMatch(/OK: there is an order of events that explains every answer/)
  })

  test('says that it cannot say where nobody was told yes: exit status 3', async () => {
    const { judgement, status } = await checked(
      await keep(recordsOf(scene({ pools: [pool(0, 0)] }))),
    )
    expect({ verdict: judgement.verdict, status }).toEqual({ verdict: 'inconclusive', status: 3 })
  })

  test('says that it cannot say where a control shows nothing', async () => {
    const [first, ...rest] = recordsOf(raced())
    if (first?.type !== 'race') throw new Error('the first record is the race')
    const path = await keep([{ ...first, strategy: 'naive' }, ...rest])
    const { stdout, status } = await run(['check', path])
    expect(stdout).toMatch(/INCONCLUSIVE: it is a control, known to be unsafe/)
    expect(status).toBe(3)
  })

  test('shows names with escape codes, and lets none of these reach the terminal', async () => {
    const name = '\u001b[31mRED\u001b[0m\nOK: all is well\u009b2J\u202e'
    const customer = '\u001b]0;title\u0007c'
    const guests = [0, 1].map((i) => ({
      ...request(i, 'reserve', [0, 10]),
      customer,
      reservationId: `${name}${i}`,
    }))
    const { race, ...rest } = scene({ operations: guests, pools: [pool(2, 2)] })
    const pools = race.pools.map((each) => ({ ...each, name, capacity: 1 }))
    const path = await keep(recordsOf({ ...rest, race: { ...race, pools } }))
    const acted = /[^\P{Cc}\n]|[\u202a-\u202e]/u
    const { stdout } = await run(['check', path], { FORCE_COLOR: '1' })
    expect(stdout).toContain(' [31mRED [0m OK: all is well 2J')
    // What colours the verdict stays, and nothing else of the kind.
    const plain = stdout.replaceAll(/\p{Cc}\[(?:1|2|22|3\d|39)m/gu, '')
    expect(plain).toMatch(/^VIOLATION: /m)
    expect(plain).not.toMatch(acted)
    const json = await run(['check', path, '--json'])
    expect(json.stdout).not.toMatch(acted)
    expect(JSON.parse(json.stdout).anomalies[0].witness.race.pools[0].name).toBe(name)
  })

  const edits: readonly [string, string, (records: HistoryRecord[]) => HistoryRecord[]][] = [
    ['an acknowledged reservation’s row is removed', 'lost_acknowledgement', withoutOneRow],
    ['an acknowledged request is removed', 'untraced_effect', withoutOneRequest],
    ['a guest was refused before anybody had come', 'unjustified_refusal', withOneRefusalMoved],
    ['two versions are swapped', 'stale_order', withVersionsSwapped],
    ['a version is given to somebody else too', 'lost_update', withVersionRepeated],
  ]
  test.each(edits)('finds out that %s: %s, exit status 1', async (_, name, edit) => {
    const path = await keep(edit(recordsOf(raced())))
    const { judgement, status } = await checked(path)
    expect(status).toBe(1)
    expect(Object.keys(judgement.counts)).toContain(name)
    const witness = judgement.anomalies.find((anomaly) => anomaly.name === name)?.witness
    expect(witness?.operations.length ?? 0).toBeLessThanOrEqual(2)
    const { stdout } = await run(['check', path], { FORCE_COLOR: '0' })
    expect(stdout).toContain(`${name.replaceAll('_', ' ').toUpperCase()}: `)
    expect(stdout).toMatch(/^VIOLATION: /m)
    if ((witness?.operations.length ?? 0) > 0) expect(stdout).toMatch(/client \d+ +├─*┤/)
  })

  test('reads stdin when told so', async () => {
    const path = await keep(recordsOf(raced()))
    const text = await readFile(path)
    const program = new URL('../../../dist/cli/main.js', import.meta.url).pathname
    const told = spawnSync(process.execPath, [program, 'check', '-'], { input: text })
    expect(told.stderr.toString()).toBe('')
    expect(told.status).toBe(0)
  })
})

function withoutOneRow(records: HistoryRecord[]): HistoryRecord[] {
  const gone = records.find((record) => record.type === 'reservation')
  return records.filter((record) => record !== gone)
}

function withoutOneRequest(records: HistoryRecord[]): HistoryRecord[] {
  const gone = records.find((record) => record.type === 'operation' && record.outcome === 'ok')
  return records.filter((record) => record !== gone)
}

function withOneRefusalMoved(records: HistoryRecord[]): HistoryRecord[] {
  const keys = records.flatMap((record) => (record.type === 'operation' ? record.key : []))
  const once = (key: string) => keys.indexOf(key) === keys.lastIndexOf(key)
  let moved = false
  return records.map((record) => {
    const refused = record.type === 'operation' && record.code === 'insufficient_capacity'
    if (moved || !refused || record.kind === 'change' || !once(record.key)) return record
    moved = true
    return { ...record, calledNs: 0, returnedNs: 0, lines: record.lines?.slice(0, 1) ?? [] }
  })
}

/** The first take of a pool, and one of the last. */
function takesOf(records: readonly HistoryRecord[]): [MovementRecord, MovementRecord] {
  const takes = records.filter((record): record is MovementRecord => {
    return record.type === 'movement' && record.kind === 'take' && record.poolId === 'pool-0'
  })
  const [first, last] = [takes[0], takes.at(-1)]
  if (first === undefined || last === undefined) throw new Error('nobody took anything')
  return [first, last]
}

function withVersionsSwapped(records: HistoryRecord[]): HistoryRecord[] {
  const [first, last] = takesOf(records)
  return records.map((record) => {
    if (record === first) return { ...first, version: last.version }
    return record === last ? { ...last, version: first.version } : record
  })
}

function withVersionRepeated(records: HistoryRecord[]): HistoryRecord[] {
  const [first, last] = takesOf(records)
  return records.map((record) => (record === last ? { ...last, version: first.version } : record))
}
