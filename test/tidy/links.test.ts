/** Nobody who reads the documents is sent to a page that is not there, and every page is found. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesEnding, pathsIn, ROOT, read, type TextFile } from './files.js'
import { anchorsOf, linksOf } from './links.js'

const START = 'README.md'
const pages = filesEnding('.md')

/** The links of a page that lead nowhere. */
function brokenLinks(page: TextFile): string[] {
  return linksOf(page).flatMap(({ line, target, path, anchor }) => {
    const where = `${page.path}:${line} ${target}`
    if (!existsSync(join(ROOT, path))) return [`${where}: there is no ${path}`]
    if (anchor === undefined || !path.endsWith('.md')) return []
    return anchorsOf(read(path)).has(anchor) ? [] : [`${where}: ${path} has no #${anchor}`]
  })
}

test('every link of every page leads to a file and a heading that there are', () => {
  expect(pages.flatMap(brokenLinks)).toEqual([])
})

test('every file of ours that a page names in code is there', () => {
  // A recipe names files that its reader is about to make.
  const told = pages.filter(({ path }) => !path.startsWith('docs/recipes/'))
  const missing = told.flatMap(({ path: page, text }) =>
    [...text.matchAll(/`((?:src|test|docs|bench|faults|scripts|migrations)\/[\w./-]+)`/g)].flatMap(
      ([, path = '']) => (existsSync(join(ROOT, path)) ? [] : [`${page}: there is no ${path}`]),
    ),
  )
  expect(missing).toEqual([])
})

test('every page and every picture of docs is reached from the README', () => {
  const reached = new Set([START])
  for (const path of reached) {
    if (!path.endsWith('.md') || !existsSync(join(ROOT, path))) continue
    for (const link of linksOf({ path, text: read(path) })) reached.add(link.path)
  }
  const shown = pathsIn('docs').filter((path) => /\.(md|svg)$/.test(path))
  expect(shown.filter((path) => !reached.has(path))).toEqual([])
})

test.each([
  ['[a](b.md)', 'docs/b.md', undefined],
  ['[a](../README.md#how)', 'README.md', 'how'],
  ['[a](#how)', 'docs/a.md', 'how'],
  ['![a](pictures/b.svg)', 'docs/pictures/b.svg', undefined],
])('%s leads to %s', (text, path, anchor) => {
  expect(linksOf({ path: 'docs/a.md', text })).toMatchObject([{ path, anchor }])
})

test.each(['[a](https://example.com/b.md)', '`[a](b.md)`', '```\n[a](b.md)\n```', 'a (b.md)'])(
  '%j has no link of ours',
  (text) => {
    expect(linksOf({ path: 'docs/a.md', text })).toEqual([])
  },
)

test('anchors are those that GitHub makes', () => {
  const text = '# A `b-c`: d, e?\n## [F](g.md) & h\n```\n# no heading\n```\n## Same\n## Same\n'
  expect([...anchorsOf(text)]).toEqual(['a-b-c-d-e', 'f--h', 'same', 'same-1'])
})

test('a link to nowhere is told with its page and its line', () => {
  const page = { path: START, text: '\n[a](nowhere.md) and [b](#no-such-heading)' }
  expect(brokenLinks(page)).toEqual([
    `${START}:2 nowhere.md: there is no nowhere.md`,
    `${START}:2 #no-such-heading: ${START} has no #no-such-heading`,
  ])
})
