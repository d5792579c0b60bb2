/**
 * Writes what was measured: always to bench/results/, and for a run that is worth it to docs/. In a
 * document only what stands between two marks is replaced; the words around it are somebody's.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type PagePart, withPart } from '../../scripts/page-parts.js'
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
const ROOT = new URL('../../', import.meta.url)

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

/** The body of docs/performance/benchmarks.md, pictures named by `pictureUrl`. */
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

/** Writes docs/performance/benchmarks.md, its pictures, and the costs in docs/performance/where-the-time-goes.md. */
export async function publish(run: Run): Promise<void> {
  const pictures = new URL('docs/pictures/', ROOT)
  await mkdir(pictures, { recursive: true })
  for (const { name, svg } of picturesOf(new Results(run.cells))) {
    await writeFile(new URL(name, pictures), svg)
  }
  await writeParts(partsOf(run))
}

/** Writes the profile in docs/performance/where-the-time-goes.md. */
export async function publishProfile(run: ProfileRun): Promise<void> {
  await writeParts([profilePart(run)])
}

/** The parts of pages that tell the figures of a run. */
export function partsOf(run: Run): PagePart[] {
  const figures = pageOf(run, (name) => `../pictures/${name}`)
  const costs = new Results(run.cells)
    .of(hotPool.name)
    .filter((cell) => COSTS_TOLD.includes(cell.subject) && CLIENTS_TOLD.includes(cell.clients))
  const parts = [{ page: 'docs/performance/benchmarks.md', mark: 'figures', text: figures }]
  if (costs.length === 0) return parts
  return [
    ...parts,
    { page: 'docs/performance/where-the-time-goes.md', mark: 'costs', text: costTable(costs) },
  ]
}

const COSTS_TOLD = ['pessimistic', 'guarded', 'batched']
const CLIENTS_TOLD = [1, 64, 200, 1000]
const FUNCTIONS_TOLD = 15

/** The part of a page that tells a profile. */
export function profilePart({ machine, profiles }: ProfileRun): PagePart {
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
  return { page: 'docs/performance/where-the-time-goes.md', mark: 'profile', text }
}

async function writeParts(parts: readonly PagePart[]): Promise<void> {
  for (const part of parts) {
    const url = new URL(part.page, ROOT)
    await writeFile(url, withPart(await readFile(url, 'utf8'), part))
  }
}
