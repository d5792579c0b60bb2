/** Every decision has the four parts of a record, stands in the index, and says what the code does. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { STRATEGIES } from '../../src/strategies/registry.js'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

const index = read('docs/decisions/README.md')
const names = readdirSync(new URL('docs/decisions/', ROOT)).filter((name) => /^\d/.test(name))
const PARTS = ['Context', 'Decision', 'Figures', 'What would change our mind']

test.each(names)('%s has its four parts, in order, and its line in the index', (name) => {
  const text = read(`docs/decisions/${name}`)
  expect([...text.matchAll(/^\*\*(.+?)\.\*\*/gm)].map(([, part]) => part)).toEqual(PARTS)
  const number = Number.parseInt(name, 10)
  expect(text.startsWith(`# ${number}. `)).toBe(true)
  expect(index).toMatch(new RegExp(`^\\| ${number} \\| \\[[^\\]]+\\]\\(${name}\\) \\|`, 'm'))
})

test('numbers are given once, without a gap', () => {
  expect(names.map((name) => Number.parseInt(name, 10))).toEqual(names.map((_, i) => i + 1))
})

test('500, 100 and 25 are the numbers of the code', () => {
  const code = ['batcher', 'queue']
    .map((name) => read(`src/engine/transaction/batch/${name}.ts`))
    .join()
  const constant = (name: string) =>
    Number(new RegExp(`^(?:export )?const ${name} = (\\d+)$`, 'm').exec(code)?.[1])
  const { batchMax } = STRATEGIES.batched
  const told = [batchMax, constant('WORTH_ANOTHER_LANE'), constant('ANSWERED_AT_ONCE')]
  expect(told).toEqual([500, 100, 25])
  const record = read('docs/decisions/0005-500-100-25.md')
  for (const number of told) expect(record).toContain(`**${number}**`)
  expect(record).toContain(`${constant('LONG_WAIT_MS')} ms`)
})

test('the fillfactor and the session settings are those of the code', () => {
  expect(read('migrations/0001_reservations.sql')).toContain('with (fillfactor = 40)')
  expect(read('docs/decisions/0001-fillfactor.md')).toContain('`fillfactor = 40`')
  const connections = read('src/storage/driver/connections.ts')
  const record = read('docs/decisions/0003-generic-plans.md')
  for (const name of ['plan_cache_mode', 'enable_seqscan']) {
    const [, value] = new RegExp(`${name}: '(\\w+)'`).exec(connections) ?? []
    expect(record).toContain(`\`${name} = ${value}\``)
  }
})
