/** The figures and pictures of docs are those of the newest results that are kept. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { picturesOf } from '../../bench/report/pictures.js'
import { type ProfileRun, partsOf, profilePart, type Run } from '../../bench/report/publish.js'
import { Results } from '../../bench/results.js'
import { type PagePart, withPart } from '../../scripts/page-parts.js'
import { statePart } from '../../scripts/state-picture.js'
import { terminalPicture } from '../../scripts/terminal-picture.js'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')

/** The newest results of a kind; their names begin with the date. */
function newest(kind: 'full' | 'profile'): { readonly path: string; readonly content: unknown } {
  const names = readdirSync(new URL('bench/results/', ROOT)).filter((name) =>
    name.endsWith(`-${kind}.json`),
  )
  const path = `bench/results/${names.sort().at(-1)}`
  return { path, content: JSON.parse(read(path)) }
}

const full = newest('full')
const profile = newest('profile')
const run = full.content as Run
const again = ({ path }: { readonly path: string }) =>
  `older than the results: npm run bench -- --report ${path}`

const parts: (PagePart & { readonly advice: string })[] = [
  ...partsOf(run).map((part) => ({ ...part, advice: again(full) })),
  { ...profilePart(profile.content as ProfileRun), advice: again(profile) },
]

test.each(parts)('$page has the $mark of the newest results', (part) => {
  const page = read(part.page)
  expect(withPart(page, part) === page, part.advice).toBe(true)
})

test('both pages that tell figures are held against them', () => {
  expect(parts.map(({ mark }) => mark).sort()).toEqual(['costs', 'figures', 'profile'])
})

test.each(picturesOf(new Results(run.cells)))('$name shows the newest results', ({ name, svg }) => {
  expect(svg === read(`docs/pictures/${name}`), again(full)).toBe(true)
})

test('the picture of a race shows the race that is kept', () => {
  const svg = terminalPicture(read('scripts/race-frame.ansi'))
  expect(svg === read('docs/pictures/race.svg'), 'npx tsx scripts/race-picture.ts').toBe(true)
})

test('the states and their commands are those of the domain', () => {
  const part = statePart()
  const page = read(part.page)
  expect(withPart(page, part) === page, 'the rules have changed: npm run generate').toBe(true)
})

test('a page without the marks of a part is refused', () => {
  const part = { page: 'docs/x.md', mark: 'figures', text: 'new' }
  const page = 'a\n<!-- figures: begin -->\n\nold\n\n<!-- figures: end -->\nb\n'
  expect(withPart(page, part)).toBe(page.replace('old', 'new'))
  expect(() => withPart('a', part)).toThrow('docs/x.md has no <!-- figures: begin -->')
})
