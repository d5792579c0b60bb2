/** docs/library.md is one program: typed, compiled in strict mode and run as it is printed. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHoldfast, type Holdfast } from '../../src/engine/holdfast.js'
import { useDatabase } from '../support/database/test-database.js'
import { type Block, blocksOf } from './guide-blocks.js'
import { ROOT } from './typing.js'

const run = promisify(execFile)
const held = useDatabase()
const page = await readFile(join(ROOT, 'docs/library.md'), 'utf8')
const blocks = blocksOf(page)
let folder: string
let holdfast: Holdfast

beforeAll(async () => {
  // Inside of the clone, where `import 'holdfast'` finds what is built.
  await mkdir(join(ROOT, '.holdfast'), { recursive: true })
  folder = await mkdtemp(join(ROOT, '.holdfast/library-'))
  holdfast = await createHoldfast({ databaseUrl: held.url, maintain: false })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await holdfast?.close()
})

/** What the page says is printed, where `…` stands for any id. */
function expected(): RegExp {
  const text = blocks.filter(({ language }) => language === 'text').map((block) => block.text)
  const escaped = text.join('').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('…', '[0-9a-f-]{36}')}$`)
}

const programOf = (from: readonly Block[]) =>
  from.filter(({ language }) => language === 'ts').map((block) => block.text)

/** Compiles a program in strict mode and runs it. @returns what it prints */
async function printedBy(name: string, program: string): Promise<string> {
  const sorted = program
    .split('\n')
    .sort((a, b) => Number(b.startsWith('import ')) - Number(a.startsWith('import ')))
  await writeFile(join(folder, `${name}.ts`), sorted.join('\n'))
  const options = {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: ['node'],
    outDir: '.',
  }
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: [`${name}.ts`] }),
  )
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const compiled = await run(process.execPath, [compiler, '-p', folder]).catch((error) => error)
  expect(compiled.stdout).toBe('')
  const env = { ...process.env, DATABASE_URL: held.url, NO_COLOR: '1' }
  return (await run(process.execPath, [`${name}.js`], { cwd: folder, env })).stdout
}

test('its examples compile in strict mode and print what the page says', async () => {
  const program = programOf(blocks)
  expect(program.length).toBeGreaterThan(6)
  expect(await printedBy('page', program.join('\n'))).toMatch(expected())
})

test('the lines of the README compile in strict mode and book a room', async () => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  const [program = '', ...others] = programOf(blocksOf(readme))
  expect(others, 'the README has one program').toEqual([])
  const onOurs = program.replace('postgres://localhost/bookings', held.url)
  expect(onOurs).not.toBe(program)
  expect(await printedBy('readme', `${onOurs}\nawait holdfast.close()`)).toBe('confirmed\n')
})

test('it names every verb that there is', () => {
  const table = page.split('## Every verb')[1] ?? ''
  const rows = [...table.matchAll(/^\| (`\w+`|on their own) +\| (.+) \|$/gm)]
  const named = rows.map(([, group = '', verbs = '']) => [
    group.replaceAll('`', ''),
    [...verbs.matchAll(/`(\w+)`/g)].map(([, verb]) => verb),
  ])
  const isGroup = (value: unknown) =>
    typeof value === 'object' && value !== null && 'constructor' in value
  const groups = Object.entries(holdfast).filter(
    ([name, value]) =>
      isGroup(value) && !['keyring', 'tokens', 'tickets', 'sessions', 'strategy'].includes(name),
  )
  const single = Object.entries(holdfast).filter(([, value]) => typeof value === 'function')
  const actual = [
    ...groups.map(([name, value]) => [name, Object.keys(value as object)]),
    ['on their own', single.map(([name]) => name)],
  ]
  const inOrder = (rows: unknown[][]) =>
    Object.fromEntries(rows.map(([name, verbs]) => [name, [...(verbs as string[])].sort()]))
  expect(inOrder(named)).toEqual(inOrder(actual))
})
