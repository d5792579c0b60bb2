/** The results as Markdown: a table for each entry, the goals, the machine. */
import type { Entry } from '../entries/entry.js'
import type { Machine } from '../machine.js'
import type { Results, Summary } from '../results.js'
import type { Goal } from './goals.js'
import { isReached } from './goals.js'

/** Ratios are told to this strategy, with as many clients and on the same way, in the same run. */
const YARDSTICK = 'pessimistic'

/** The table of one entry with what it says about itself; empty when nothing was measured. */
export function entrySection({ name, title, about }: Entry, results: Results): string {
  const cells = results.of(name)
  const skipped = skippedLines(name, results)
  if (cells.length === 0 && skipped.length === 0) return ''
  const table = cells.length === 0 ? [] : [tableOf(cells), '']
  return [`### ${title}`, '', about, '', ...table, ...skipped].join('\n').trimEnd()
}

interface Column {
  readonly head: string
  readonly cellOf: (cell: Summary) => string
}

/** Only columns that tell something: a reference has no yardstick, most have no other answers. */
function tableOf(cells: readonly Summary[]): string {
  const columns: Column[] = [
    { head: 'what', cellOf: (cell) => cell.subject },
    { head: 'way', cellOf: (cell) => cell.way },
    { head: 'clients', cellOf: (cell) => String(cell.clients) },
    { head: 'a second', cellOf: ({ perSecond }) => whole(perSecond.median) },
    { head: 'min–max', cellOf: ({ perSecond: { min, max } }) => `${whole(min)}–${whole(max)}` },
    { head: `to ${YARDSTICK}`, cellOf: (cell) => ratioOf(cell, cells) },
    { head: 'p50 ms', cellOf: (cell) => figure(cell.p50Ms) },
    { head: 'p99 ms', cellOf: (cell) => figure(cell.p99Ms) },
    ...(cells.some((cell) => 'arrived' in cell.extra)
      ? [{ head: 'p99.9 ms', cellOf: (cell: Summary) => figure(cell.p999Ms) }]
      : []),
    { head: 'other answers', cellOf: ({ othersShare }) => percent(othersShare) },
    ...besideOf(cells),
  ]
  const filled = columns.filter(({ cellOf }) => cells.some((cell) => cellOf(cell) !== ''))
  return markdownTable(
    filled.map((column) => column.head),
    cells.map((cell) => filled.map((column) => column.cellOf(cell))),
  )
}

/** What an answer cost has a table of its own; the rest stands beside the rate. */
const COSTS = ['batchSize', 'programCpuUs', 'loadCpuUs', 'restCpuUs', 'walBytes', 'othersShare']

/** What measures are called on the page, where their own names would not do. */
const HEADS: Readonly<Record<string, string>> = {
  ratePerSecond: 'arrivals meant',
  firstMb: 'MB at first',
  lastMb: 'MB at last',
  highestMb: 'MB at most',
  memoryRatio: 'last to first',
  third: 'third second',
  warm: 'warm',
}

function besideOf(cells: readonly Summary[]): Column[] {
  const measures = new Set(cells.flatMap((cell) => Object.keys(cell.extra)))
  return [...measures]
    .filter((measure) => !COSTS.includes(measure))
    .map((measure) => ({
      head: HEADS[measure] ?? measure.replace(/^second(\d+)$/, 's $1'),
      cellOf: (cell) => figure(cell.extra[measure]),
    }))
}

function ratioOf(cell: Summary, cells: readonly Summary[]): string {
  const yardstick = cells.find(
    (other) =>
      other.subject === YARDSTICK && other.way === cell.way && other.clients === cell.clients,
  )
  return yardstick === undefined
    ? ''
    : (cell.perSecond.median / yardstick.perSecond.median).toFixed(2)
}

function skippedLines(entry: string, results: Results): string[] {
  const reasons = new Map<string, string[]>()
  for (const { entry: of, subject, way, clients, skipped } of results.cells) {
    if (of !== entry || skipped === undefined) continue
    const what = `${subject} (${way}, ${clients})`
    reasons.set(skipped, [...(reasons.get(skipped) ?? []), what])
  }
  return [...reasons].map(([reason, cells]) => `Not measured: ${cells.join(', ')}: ${reason}.`)
}

/** What one answer cost, for the cells of `entry` that the bench took it from. */
export function costTable(cells: readonly Summary[]): string {
  const head = [
    ...['strategy', 'way', 'clients', 'program µs', 'load µs'],
    ...['PostgreSQL and the rest µs', 'WAL bytes', 'commands per batch'],
  ]
  const rows = cells.map(({ subject, way, clients, extra }) => [
    ...[subject, way, String(clients), whole(extra['programCpuUs'])],
    ...[way === 'HTTP' ? whole(extra['loadCpuUs']) : '', whole(extra['restCpuUs'])],
    ...[whole(extra['walBytes']), figure(extra['batchSize'])],
  ])
  return markdownTable(head, rows)
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map((goal) => [
    goal.says,
    `${goal.sense} ${goal.bound}`,
    goal.measured === undefined ? '' : goal.measured.toFixed(2),
    verdictOf(goal),
  ])
  return markdownTable(['what', 'wanted', 'measured', ''], rows)
}

/** One line per goal, for the terminal. */
export function goalLines(goals: readonly Goal[]): string {
  return goals
    .map((goal) => {
      const measured = goal.measured === undefined ? '—' : goal.measured.toFixed(2)
      const wanted = `${goal.sense} ${goal.bound}`
      return `${verdictOf(goal).padEnd(12)} ${measured.padStart(7)}  ${wanted.padEnd(12)}  ${goal.says.replaceAll('`', '')}`
    })
    .join('\n')
}

function verdictOf(goal: Goal): string {
  const reached = isReached(goal)
  if (reached === undefined) return 'not measured'
  return reached ? 'ok' : 'not yet'
}

export function machineLines(machine: Machine): string {
  const { settings, cores, memoryGb } = machine
  const settingsShown = Object.entries(settings).map(([name, value]) => `\`${name} = ${value}\``)
  return [
    `- ${machine.processor}, ${cores} core${cores === 1 ? '' : 's'}, ${memoryGb} GB, ${machine.system}; PostgreSQL, the server and the load share them`,
    `- Node ${machine.node}`,
    `- PostgreSQL ${machine.postgres}${machine.embedded ? ' (the embedded one)' : ''}: ${settingsShown.join(', ')}`,
    `- measured on ${machine.measuredOn}`,
  ].join('\n')
}

/** Columns are padded, so that the file reads as well as the page. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => lengthAt(row, i))))
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

function percent(share: number): string {
  return share === 0 ? '' : `${(share * 100).toFixed(1)} %`
}

function lengthAt(row: readonly string[], i: number): number {
  return row[i]?.length ?? 0
}

function whole(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : Math.round(value).toLocaleString('en-US')
}

/** Three digits that matter. */
function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return ''
  if (Math.abs(value) >= 100) return whole(value)
  return String(Number(value.toPrecision(3)))
}
