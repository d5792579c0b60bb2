/**
 * A race under way, as a panel that is redrawn in place. Everything is quiet except one thing: units
 * sold beyond the capacity are red, in its bar, in its figures and in the title.
 */
import type { RaceSnapshot } from '../../../lab/race/race.js'
import { grouped, plural } from '../../../lab/words.js'
import { elapsed, type Figure, figureGrid, milliseconds } from '../figures.js'
import { type Colors, colorsOf, paintLine, right, span, type TextSpan, widthOf } from '../spans.js'
import { drawRaceChart, type RaceChart } from './race-chart.js'
import { sumsOf } from './race-figures.js'

export interface RacePanelLook {
  /** Columns of the terminal; no line is wider. */
  readonly columns: number
  readonly color: boolean
  /** Whether the strategy promises not to oversell. */
  readonly safe: boolean
  /** Rows of the terminal; when they are few, the panel gives up its air first, then resources. */
  readonly rows?: number | undefined
}

type Line = readonly TextSpan[]

/** Longer bars say no more, and figures would be far from their names. */
const COLUMNS_MAX = 120
/** With more resources than this, a blank line between any two takes more room than it is worth. */
const SPACED_RESOURCES_MAX = 8
const BLANK: Line = []

/** Draws one look at a race; every line fits `columns`. */
export function renderRacePanel(snapshot: RaceSnapshot, look: RacePanelLook): string[] {
  // The last column stays free: erasing what follows a full line takes its last character along.
  const columns = Math.min(look.columns - 1, COLUMNS_MAX)
  const paint = colorsOf(look.color)
  const sums = sumsOf(snapshot)
  const head = [
    titleLine(snapshot, badgeOf(snapshot, sums.over, look.safe, paint), columns, paint),
    settingLine(snapshot, columns, paint),
  ]
  const chart = drawRaceChart(snapshot, sums, { columns, paint, safe: look.safe })
  const foot = figureGrid(figuresOf(snapshot, paint), columns, paint.dim)
  // A row is left to the cursor.
  const rows = (look.rows ?? Number.POSITIVE_INFINITY) - 1
  return arrange(head, chart, foot, { rows, paint, place: snapshot.words.place }).map((line) =>
    paintLine(line, columns),
  )
}

/** The airiest arrangement that fits; when none does, the last resources are only counted. */
function arrange(
  head: readonly Line[],
  chart: RaceChart,
  foot: readonly Line[],
  room: { readonly rows: number; readonly paint: Colors; readonly place: string },
): readonly Line[] {
  const { rows, paint, place } = room
  const rest = [BLANK, ...chart.progress, BLANK, ...foot]
  const spaced = chart.resources.flatMap((resource, index) =>
    index === 0 ? [resource] : [chart.between, resource],
  )
  const roomy = [...head, BLANK, chart.ruler, ...spaced, ...rest]
  if (chart.resources.length <= SPACED_RESOURCES_MAX && roomy.length <= rows) return roomy
  const plain = [...head, chart.ruler, ...chart.resources, ...rest]
  if (plain.length <= rows) return plain
  const fixed = head.length + chart.progress.length + foot.length
  return [
    ...head,
    ...fewer(chart.resources, rows - fixed, place, paint),
    ...chart.progress,
    ...foot,
  ]
}

function fewer(
  resources: readonly Line[],
  room: number,
  place: string,
  paint: Colors,
): readonly Line[] {
  if (resources.length <= room) return resources
  const shown = Math.max(0, room - 1)
  const hidden = plural(resources.length - shown, `more ${place}`)
  return [...resources.slice(0, shown), [span(`… and ${hidden}`, paint.dim)]]
}

function titleLine(
  { options }: RaceSnapshot,
  badge: TextSpan,
  columns: number,
  paint: Colors,
): Line {
  const words = [
    span('holdfast', paint.bold),
    span(options.scenario),
    span(options.strategy, paint.bold),
  ]
  const dot = span(' · ', paint.dim)
  // The strategy and its badge are what the panel is about: on a narrow terminal the rest goes.
  for (; ; words.shift()) {
    const title = words.flatMap((word, index) => (index === 0 ? [word] : [dot, word]))
    const line = [...title, span('  '), badge]
    if (words.length === 1 || widthOf(line) <= columns) return line
  }
}

function badgeOf({ words }: RaceSnapshot, over: number, safe: boolean, paint: Colors): TextSpan {
  if (over <= 0) return safe ? span('safe', paint.green) : span('unsafe', paint.yellow)
  const alarm = (text: string) => paint.bgRed(paint.bold(paint.whiteBright(text)))
  return span(` ${plural(over, words.unit).toUpperCase()} SOLD TWICE `, alarm)
}

function settingLine(
  { options, serversAlive, elapsedMs }: RaceSnapshot,
  columns: number,
  paint: Colors,
): Line {
  const alive = serversAlive === options.servers ? paint.dim : paint.yellow
  const parts = [
    [span(plural(options.clients, 'client'), paint.dim)],
    [
      span(' × ', paint.dim),
      span(`${serversAlive}/${options.servers}`, alive),
      span(options.servers === 1 ? ' server' : ' servers', paint.dim),
    ],
    [span(options.rate === undefined ? '' : ` · ${grouped(options.rate)} visits/s`, paint.dim)],
    [span(` · seed ${options.seed}`, paint.dim)],
  ]
  const time = elapsed(elapsedMs)
  while (parts.length > 1 && widthOf(parts.flat()) + 2 + time.length > columns) parts.pop()
  const setting = parts.flat()
  return [...setting, span(right(time, Math.max(0, columns - widthOf(setting))))]
}

function figuresOf({ options, counts, latencyMs }: RaceSnapshot, paint: Colors): Figure[] {
  const dropped = { label: 'dropped', value: grouped(counts.dropped) }
  return [
    { label: 'requests', value: grouped(counts.requests) },
    { label: 'reserved', value: grouped(counts.reserved) },
    { label: 'refused', value: grouped(counts.refused) },
    { label: 'conflicts', value: grouped(counts.conflicts) },
    { label: 'retries', value: grouped(counts.retries) },
    {
      label: 'unknown',
      value: grouped(counts.unknown),
      paint: counts.unknown > 0 ? paint.yellow : undefined,
    },
    ...(options.rate === undefined ? [] : [dropped]),
    { label: 'p50', value: milliseconds(latencyMs.p50) },
    { label: 'p99', value: milliseconds(latencyMs.p99) },
  ]
}
