/** The table of docs/operating/faults.md, from the runs that are kept. */
import { readFile, writeFile } from 'node:fs/promises'
import { markdownTable } from '../bench/report/tables.js'
import { type PagePart, withPart } from '../scripts/page-parts.js'
import type { Fault } from './fault.js'
import { added, type KeptRun, type Sum } from './sums.js'

const ROOT = new URL('../', import.meta.url)
const PAGE = 'docs/operating/faults.md'

export async function publish(plan: readonly Fault[], runs: readonly KeptRun[]): Promise<string> {
  const url = new URL(PAGE, ROOT)
  await writeFile(url, withPart(await readFile(url, 'utf8'), partOf(plan, runs)))
  return PAGE
}

export function partOf(
  plan: readonly Pick<Fault, 'id' | 'injects'>[],
  runs: readonly KeptRun[],
): PagePart {
  const sums = added(plan, runs)
  const total = (count: (sum: Sum) => number) =>
    sums.reduce((all, sum) => all + count(sum), 0).toLocaleString('en')
  const mutants = sums.flatMap(({ missed }) => missed)
  const text = [
    `Of ${runs.length === 1 ? 'one run' : `${runs.length} runs`}, ${minutesOf(runs)} minutes together:`,
    `${total((sum) => sum.kills)} kills, ${total((sum) => sum.failovers)} failovers,`,
    `${total((sum) => sum.acknowledged)} acknowledged, ${total((sum) => sum.lost)} lost,`,
    `${total((sum) => sum.doubled)} doubled, ${total((sum) => sum.wrong)} wrong in any way. Of`,
    `${total((sum) => sum.mutants)} trials of mistakes made on purpose ${mutants.length} were not noticed.`,
    '',
    markdownTable(HEADS, sums.map(rowOf)),
    '',
    ...findingsOf(sums),
    ...skippedOf(sums),
    ...runs.map((run) => `- ${run.on}, seed ${run.seed}: ${run.machine}; ${run.versions}`),
  ]
  return { page: PAGE, mark: 'faults', text: text.join('\n').trimEnd() }
}

const HEADS = [
  '',
  'injected',
  'times',
  'kills',
  'failovers',
  'acknowledged',
  'unknown',
  'lost',
  'doubled',
  'wrong',
  'bound',
]

function rowOf(sum: Sum): string[] {
  const { repetitions, wrong } = sum
  const counts = [
    repetitions,
    sum.kills,
    sum.failovers,
    sum.acknowledged,
    sum.unknown,
    sum.lost,
    sum.doubled,
    wrong,
  ]
  return [sum.id, sum.injects, ...counts.map((count) => count.toLocaleString('en')), boundOf(sum)]
}

/** With 95 percent certainty a repetition goes wrong more seldom than this. */
function boundOf({ repetitions, wrong }: Sum): string {
  if (repetitions === 0 || wrong > 0) return ''
  return repetitions < 3 ? '1' : (3 / repetitions).toPrecision(2)
}

function minutesOf(runs: readonly KeptRun[]): number {
  return Math.round(runs.reduce((all, { minutes }) => all + minutes, 0))
}

/** A table without violations is worth nothing if those that there were are left out. */
function findingsOf(sums: readonly Sum[]): string[] {
  const findings = sums.flatMap(({ findings }) => findings.map((each) => each.split('\n')[0] ?? ''))
  if (findings.length === 0) return []
  return ['What was wrong:', '', ...findings.map((each) => `- ${each}`), '']
}

function skippedOf(sums: readonly Sum[]): string[] {
  const skipped = sums.filter((sum) => sum.repetitions === 0)
  if (skipped.length === 0) return []
  const lines = skipped.map(({ id, skipped = 'no run has come to it' }) => `- ${id}: ${skipped}`)
  return ['Not injected:', '', ...lines, '']
}
