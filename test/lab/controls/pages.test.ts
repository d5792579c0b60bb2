/** What docs/controls/ tells of each mistake is what happens, on two real connections. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CONTESTANTS } from '../../../src/lab/race/contestants.js'
import { useDatabase } from '../../support/database/test-database.js'
import { actors, play, scriptsOf } from './script.js'

const DOCS = new URL('../../../docs/', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, DOCS), 'utf8')

const unsafe = Object.values(CONTESTANTS).filter((contestant) => !contestant.safe)
const names = unsafe.map(({ name }) => name)
const held = useDatabase()

test('every mistake has a page, and the index and the strategies lead there', () => {
  const pages = readdirSync(new URL('controls/', DOCS)).map((file) => file.replace(/\.md$/, ''))
  expect(pages.sort()).toEqual(names.toSorted())
  const index = [...read('controls.md').matchAll(/^\| \[([\w-]+)\]\(controls\/\1\.md\)/gm)]
  expect(index.map(([, name]) => name)).toEqual(names)
  for (const name of ['naive', 'atomic']) {
    expect(read('strategies.md')).toContain(`](controls/${name}.md)`)
  }
})

describe.each(names)('the page on %s', (name) => {
  const page = read(`controls/${name}.md`)
  const scripts = scriptsOf(page)

  test('has what breaks it and what mends it, and says who suffers and what that is called', () => {
    expect(page.startsWith(`# ${name}\n`)).toBe(true)
    expect(scripts.some((script) => !script.fixed)).toBe(true)
    expect(scripts.at(-1)?.fixed).toBe(true)
    for (const heading of ['What the customer suffers.', 'What it is called.', 'The fix.']) {
      expect(page).toContain(`**${heading}**`)
    }
    for (const [, path = ''] of page.matchAll(/\]\((\.\.?\/[\w./-]+|[\w-]+\.md)(?:#[\w-]+)?\)/g)) {
      expect(existsSync(new URL(path, new URL('controls/', DOCS))), path).toBe(true)
    }
  })

  test.each(scripts)('script %$ goes as it is printed', async ({ fixed, steps, table }) => {
    const { went, promised, there } = await play(held.url, steps)
    expect(went).toEqual(steps)
    if (fixed) expect(promised, 'with the fix').toBeLessThanOrEqual(there)
    else expect(promised, 'more is promised than there is').toBeGreaterThan(there)
    if (!fixed) expect(table, 'the table above has the same steps').toEqual(actors(steps))
  })
})
