/** A file is read in one sitting, a folder at one glance, a function on one screen. */
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { filesEnding, isGenerated, type TextFile } from './files.js'
import { isTestGroup, longFunctions } from './functions.js'

const FILE_LINES_MAX = 400
const FOLDER_FILES_MAX = 15
const FUNCTION_LINES_MAX = 70

/** Numbered records: they only ever grow, and nobody looks for a thing by reading the list. */
const GROWING_FOLDERS = ['migrations', 'docs/decisions']

const code = filesEnding('.ts', '.mjs')
const written = [...code, ...filesEnding('.md', '.sql')].filter((file) => !isGenerated(file))

test(`no file has more than ${FILE_LINES_MAX} lines`, () => {
  const long = written
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > FILE_LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines`)
  expect(long.sort()).toEqual([])
})

test(`no folder has more than ${FOLDER_FILES_MAX} files`, () => {
  const counts = new Map<string, number>()
  for (const { path } of [...code, ...filesEnding('.md', '.sql')]) {
    const folder = dirname(path)
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  const crowded = [...counts]
    .filter(([folder, files]) => files > FOLDER_FILES_MAX && !GROWING_FOLDERS.includes(folder))
    .map(([folder, files]) => `${folder}/ has ${files} files`)
  expect(crowded.sort()).toEqual([])
})

test(`no function has more than ${FUNCTION_LINES_MAX} lines without a comment that says why`, () => {
  const long = code
    .filter((file) => !isGenerated(file))
    .flatMap((file) => {
      const excused = file.path.startsWith('test/') ? isTestGroup : undefined
      return longFunctions(file, FUNCTION_LINES_MAX, excused)
    })
    .map(({ where, lines }) => `${where} has ${lines} lines`)
  expect(long.sort()).toEqual([])
})

const sample = (text: string): TextFile => ({ path: 'sample.ts', text })
const body = '{\n1\n2\n3\n}'

test.each([
  [`function a() ${body}`, ['sample.ts:1 a']],
  [`// Short.\nconst b = () => ${body}`, ['sample.ts:2 b']],
  [`class C { d() ${body} }`, ['sample.ts:1 d']],
  [`const e = { f: () => ${body} }`, ['sample.ts:1 f']],
  [`// long: a table, one row a line.\nexport function a() ${body}`, []],
  [`/** Adds. long: one case a line. */\nexport const b = () => ${body}`, []],
  [`// long: no\nconst x = 1\nfunction a() ${body}`, ['sample.ts:3 a']],
  [`// long:\nfunction a() ${body}`, ['sample.ts:2 a']],
])('of %j the functions over three lines are %j', (text, wheres) => {
  expect(longFunctions(sample(text), 3).map(({ where }) => where)).toEqual(wheres)
})

test('a list of tests may be long, a test in it may not', () => {
  const text = `describe('x', () => {\ntest('y', () => ${body})\n})`
  const found = longFunctions(sample(text), 3, isTestGroup)
  expect(found).toEqual([{ where: 'sample.ts:2 a function without a name', lines: 5 }])
})

test('a generated file says so', () => {
  const made = ['docs/api.md', 'src/client/schema.ts']
  const generated = [...code, ...filesEnding('.md')].filter(isGenerated).map(({ path }) => path)
  expect(generated).toEqual(expect.arrayContaining(made))
})
