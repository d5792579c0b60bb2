/** What is exported is used, and a type's name means one thing. */
import { expect, test } from 'vitest'
import { filesEnding, isGenerated } from './files.js'
import { type Export, type Module, moduleOf } from './imports.js'

/** What the package gives to others, and what the command line starts. */
const ROOTS = ['src/index.ts', 'src/client/client.ts']

/** Who may keep an export alive: a program. A test alone may not, unless the export says why. */
const PROGRAMS = /^(?:src|bench|faults|scripts)\//

/** In the comment of an export that only tests import: the words, and behind them the reason. */
const REASON = /\bfor tests: \S+/i

/** A type's name as the wire has it: the contract declares it, the client mirrors it; the lab's page has a wire of its own. */
const WIRE = /^src\/(?:(?:contract|client)\/|cli\/lab\/wire\.ts$)/

function deadExports(modules: readonly Module[]): Export[] {
  const users = new Map<string, string[]>()
  for (const { from, to, name } of modules.flatMap(({ imports }) => imports)) {
    const key = `${to} ${name}`
    users.set(key, [...(users.get(key) ?? []), from])
  }
  const usersOf = ({ path, name }: Export) => [
    ...(users.get(`${path} ${name}`) ?? []),
    ...(users.get(`${path} *`) ?? []),
  ]
  return modules
    .filter(({ file }) => file.path.startsWith('src/') && !ROOTS.includes(file.path))
    .filter(({ file }) => !isGenerated(file))
    .flatMap(({ exports }) => exports.filter((each) => !isPartOfAnother(each, exports)))
    .filter((each) => {
      const by = usersOf(each)
      if (by.some((path) => PROGRAMS.test(path))) return false
      return by.length === 0 || !REASON.test(each.comment)
    })
}

/** A type that an exported function takes or gives: whoever calls it may want to name it. */
function isPartOfAnother({ name, isType }: Export, neighbours: readonly Export[]): boolean {
  return isType && neighbours.some((each) => each.name !== name && each.mentions.has(name))
}

/** Names that are declared as a type in several files, where a reader cannot know which is meant. */
function ambiguousTypes(modules: readonly Module[]): string[] {
  const declared = new Map<string, string[]>()
  for (const { name, path, isType } of modules.flatMap(({ exports }) => exports)) {
    if (isType) declared.set(name, [...(declared.get(name) ?? []), path])
  }
  return [...declared].flatMap(([name, paths]) => {
    const inside = paths.filter((path) => !WIRE.test(path))
    const contracts = paths.filter((path) => path.startsWith('src/contract/'))
    const clear = inside.length <= 1 && contracts.length <= 1
    return clear ? [] : [`${name}: ${paths.join(', ')}`]
  })
}

const modules = filesEnding('.ts', '.mjs').map(moduleOf)

test('every export of src is imported by a program, or says which test needs it and why', () => {
  const dead = deadExports(modules).map(({ path, line, name }) => `${path}:${line} ${name}`)
  expect(dead.sort()).toEqual([])
})

test('no two files of src export types of the same name, unless one is the wire’s', () => {
  const src = modules.filter(({ file }) => file.path.startsWith('src/'))
  expect(ambiguousTypes(src).sort()).toEqual([])
})

const file = (path: string, text: string): Module => moduleOf({ path, text })
const own = file('src/a.ts', 'export interface Options {}\nexport function take(o: Options) {}')
const one = file('src/a.ts', 'export const one = 1\nexport interface Two {}')

test.each([
  ['nobody', [one], ['one', 'Two']],
  ['a neighbour', [one, file('src/b/c.ts', "import { one } from '../a.js'")], ['Two']],
  ['a script', [one, file('scripts/s.ts', "import type { Two } from '../src/a.js'")], ['one']],
  ['a test', [one, file('test/t.ts', "import { one } from '../src/a.js'")], ['one', 'Two']],
  ['all of it', [one, file('src/b.ts', "import * as a from './a.js'")], []],
  ['a re-export', [one, file('src/index.ts', "export { one as uno } from './a.js'")], ['Two']],
  ['a type within', [one, file('src/b.ts', "type B = import('./a.js').Two")], []],
  ['a signature of its own file', [own], ['take']],
  ['a late import', [one, file('src/b.ts', "const a = await import('./a.js')")], []],
])('when %s imports them, the dead exports are told', (_who, given, names) => {
  expect(deadExports(given).map(({ name }) => name)).toEqual(names)
})

test('an export for tests gives its reason', () => {
  const user = file('test/t.ts', "import { one } from '../src/a.js'")
  const told = '/** For tests: the model is held against it. */\nexport const one = 1'
  expect(deadExports([file('src/a.ts', told), user])).toEqual([])
  expect(deadExports([file('src/a.ts', told)])).toHaveLength(1)
})

test('a name twice inside is told with both files, a name on the wire as well is not', () => {
  const line = 'export interface Line {}'
  const [domain, lab] = [file('src/domain/line.ts', line), file('src/lab/line.ts', line)]
  const [contract, client] = [file('src/contract/line.ts', line), file('src/client/line.ts', line)]
  expect(ambiguousTypes([domain, lab])).toEqual(['Line: src/domain/line.ts, src/lab/line.ts'])
  expect(ambiguousTypes([domain, contract, client])).toEqual([])
  expect(ambiguousTypes([contract, file('src/contract/other.ts', line)])).toHaveLength(1)
})
