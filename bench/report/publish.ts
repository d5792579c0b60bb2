/**
 * Writes what was measured: always to bench/results/, and for a run that is worth it to docs/. In a
 * document only what stands between two marks is replaced; the words around it are somebody's.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ENTRIES } from '../entries/all.js'
import { hotPool } from '../entries/hot-pool.js'
import type { Machine } from '../machine.js'
import type { Options } from '../options.js'
import type { Profile } from '../profile.js'
import { type CellResult, Results } from '../results.js'
import { goalsOf } from './goals.js'
import { picturesOf } from './pictures.js'
import { costTable, entrySection, goalTable, machineLines, markdownTable } from './tables.js'

/** A run as it is kept. */
export interface Run {
  readonly machine: Machine
  readonly options: Options
  readonly cells: readonly CellResult[]
}

/** What `--profile` keeps. */
export interface ProfileRun {
  readonly machine: Machine
  readonly profiles: Readonly<Record<string, Profile>>
}

const RESULTS = new URL('../results/', import.meta.url)
const DOCS = new URL('../../docs/', import.meta.url)

/** Writes to bench/results/ and gives back the name of the file. */
export async function keep(name: string, content: object): Promise<string> {
  await mkdir(RESULTS, { recursive: true })
  await writeFile(new URL(name, RESULTS), `${JSON.stringify(content, null, 2)}\n`)
  await format(new URL(name, RESULTS))
  return `bench/results/${name}`
}

const FORMATTER = new URL('../../node_modules/@biomejs/biome/bin/biome', import.meta.url)

/** `npm run lint` looks at what is written here too. */
async function format(file: URL): Promise<void> {
  const args = [fileURLToPath(FORMATTER), 'format', '--write', fileURLToPath(file)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  await once(child, 'exit')
}

/** The body of docs/benchmarks.md, pictures named by `pictureUrl`. */
function pageOf({ machine, options, cells }: Run, pictureUrl: (name: string) => string): string {
  const results = new Results(cells)
  const rounds = `${options.rounds} interleaved round${options.rounds === 1 ? '' : 's'} of ${options.measureMs / 1000} s each after ${options.warmUpMs / 1000} s of warm-up`
  return [
    '## The machine',
    '',
    machineLines(machine),
    `- ${rounds}; figures are medians, with the lowest and the highest round beside them`,
    '',
    '## What was to be shown',
    '',
    goalTable(goalsOf(results)),
    '',
    ...picturesOf(results).flatMap(({ name, alt }) => [`![${alt}](${pictureUrl(name)})`, '']),
    '## Figures',
    '',
    ...ENTRIES.map((entry) => entrySection(entry, results))
      .filter((section) => section !== '')
      .flatMap((section) => [section, '']),
  ]
    .join('\n')
    .trimEnd()
}

/** Writes docs/benchmarks.md, its pictures, and the costs in docs/where-the-time-goes.md. */
export async function publish(run: Run): Promise<void> {
  const pictures = new URL('pictures/', DOCS)
  await mkdir(pictures, { recursive: true })
  const results = new Results(run.cells)
  for (const { name, svg } of picturesOf(results)) await writeFile(new URL(name, pictures), svg)
  await replace(
    'benchmarks.md',
    'figures',
    pageOf(run, (name) => `pictures/${name}`),
  )
  const costs = results
    .of(hotPool.name)
    .filter((cell) => COSTS_TOLD.includes(cell.subject) && CLIENTS_TOLD.includes(cell.clients))
  if (costs.length > 0) await replace('where-the-time-goes.md', 'costs', costTable(costs))
}

const COSTS_TOLD = ['pessimistic', 'guarded', 'batched']
const CLIENTS_TOLD = [1, 64, 200, 1000]
const FUNCTIONS_TOLD = 15

/** Writes the profile in docs/where-the-time-goes.md. */
export async function publishProfile({ machine, profiles }: ProfileRun): Promise<void> {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  const sections = Object.entries(profiles).flatMap(([title, { parts, functions, idle }]) => [
    `### ${title}`,
    '',
    `Waiting for ${percent(idle)} of the time; the rest of it:`,
    '',
    markdownTable(
      ['part', 'share'],
      parts.map(({ what, share }) => [what, percent(share)]),
    ),
    '',
    markdownTable(
      ['function', 'share'],
      functions.slice(0, FUNCTIONS_TOLD).map(({ what, share }) => [`\`${what}\``, percent(share)]),
    ),
    '',
  ])
  const text = [machineLines(machine), '', ...sections].join('\n').trimEnd()
  await replace('where-the-time-goes.md', 'profile', text)
}

/** @throws Error when the document has no such marks */
async function replace(file: string, mark: string, text: string): Promise<void> {
  const [begin, end] = [`<!-- ${mark}: begin -->`, `<!-- ${mark}: end -->`]
  const url = new URL(file, DOCS)
  const before = await readFile(url, 'utf8')
  const from = before.indexOf(begin)
  const to = before.indexOf(end)
  if (from < 0 || to < from) throw new Error(`docs/${file} has no ${begin} … ${end}`)
  await writeFile(url, `${before.slice(0, from)}${begin}\n\n${text}\n\n${before.slice(to)}`)
}
