/**
 * Which tests need a database server or the built program, and which need neither: those start at
 * once. Nobody keeps a list of them: a test's own words tell, and those of everything it imports.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** A test asks for the run's server by `inject`; the built program lies in `dist/`. */
const NEEDS_SERVICES = /\binject\b.*from 'vitest'|\bdist\//
const IMPORTED = /(?:from|import) '(\.{1,2}\/[^']+)'/g

export interface TestFiles {
  /** Paths from the root, as vitest's `include` takes them. */
  readonly pure: string[]
  readonly database: string[]
}

/** Sorts all `*.test.ts` below `test/`. */
export function testFiles(root: string): TestFiles {
  const known = new Map<string, boolean>()
  const files: TestFiles = { pure: [], database: [] }
  for (const name of readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.test.ts')) continue
    const file = join(root, 'test', name)
    files[needsServices(file, known) ? 'database' : 'pure'].push(relative(root, file))
  }
  return files
}

function needsServices(file: string, known: Map<string, boolean>): boolean {
  const before = known.get(file)
  if (before !== undefined) return before
  // Two files that import each other: the first one's own words decide.
  known.set(file, false)
  const text = readFileSync(file, 'utf8')
  const needs =
    NEEDS_SERVICES.test(text) ||
    Array.from(text.matchAll(IMPORTED), ([, path = '']) => join(dirname(file), path))
      .map((path) => path.replace(/\.js$/, '.ts'))
      .filter((path) => existsSync(path))
      .some((path) => needsServices(path, known))
  known.set(file, needs)
  return needs
}
