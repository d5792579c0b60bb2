/**
 * A witness drawn as a timeline: a row for each request with a bar from its call to its answer.
 * What overlaps was under way at the same time.
 */
import type { Timeline, TimelineBar } from '../../lab/checker/timeline.js'
import { plural } from './figures.js'
import { type Colors, left, type Paint, paintLine, type Span, span, widthOf } from './spans.js'

export interface TimelineLook {
  /** Columns of the terminal; infinite for a file. */
  readonly columns: number
  readonly paint: Colors
}

const COLUMNS_MAX = 120
const INDENT = '    '
const GAP = '  '
const BAR_MIN = 12
const BAR_MAX = 40
/** Below this, words stand under the bars instead of beside them. */
const BESIDE_MIN = 76
/** More rows say no more: the first ones show what they are, and the rest is counted. */
const ROWS_MAX = 10

export function renderTimeline(timeline: Timeline, look: TimelineLook): string[] {
  const { bars, facts } = timeline
  const columns = Math.min(look.columns, COLUMNS_MAX)
  const { paint } = look
  const shown = bars.slice(0, ROWS_MAX)
  const who = shown.map(({ client }) => `client ${client}`)
  const name = Math.max(0, ...who.map((text) => text.length))
  const room = columns - INDENT.length - name - GAP.length
  const beside = columns >= BESIDE_MIN
  const width = Math.max(BAR_MIN, Math.min(BAR_MAX, beside ? Math.floor(room / 2) : room))
  const lines = shown.flatMap((bar, i): Span[][] => {
    const drawn = span(draw(bar, timeline, width), paintOf(bar, paint))
    const row = [span(INDENT), span(left(who[i] ?? '', name)), span(GAP), drawn]
    const words = [span(bar.asked), span(' → ', paint.dim), span(bar.told, paintOf(bar, paint))]
    if (beside) return [[...row, span(GAP), ...words]]
    return [row, [span(INDENT), span(' '.repeat(name)), span(GAP), ...words]]
  })
  const more = bars.length - shown.length
  if (more > 0) lines.push([span(`${INDENT}… and ${plural(more, 'more request')}`, paint.dim)])
  if (bars.length > 0) lines.push(scaleLine(timeline, name, width, paint))
  for (const fact of facts.slice(0, ROWS_MAX)) lines.push([span(INDENT), span(fact, paint.dim)])
  const hidden = facts.length - ROWS_MAX
  if (hidden > 0) lines.push([span(`${INDENT}… and ${plural(hidden, 'more row')}`, paint.dim)])
  return lines.map((line) => paintLine(line, columns))
}

function draw(bar: TimelineBar, timeline: Timeline, width: number): string {
  const span = timeline.toNs - timeline.fromNs
  const cell = (ns: number) =>
    span > 0 ? Math.round(((ns - timeline.fromNs) / span) * (width - 1)) : 0
  const from = Math.min(cell(bar.fromNs), width - 2)
  // Two cells at least: a bar has a beginning and an end.
  const to = bar.toNs === null ? width - 1 : Math.max(from + 1, cell(bar.toNs))
  const end = bar.toNs === null ? '╌' : '┤'
  const line = bar.toNs === null ? '╌' : '─'
  return `${' '.repeat(from)}├${line.repeat(to - from - 1)}${end}${' '.repeat(width - to - 1)}`
}

function scaleLine(timeline: Timeline, name: number, width: number, paint: Colors): Span[] {
  const ms = (timeline.toNs - timeline.fromNs) / 1e6
  const long = `${ms < 10 ? ms.toFixed(2) : Math.round(ms)} ms`
  const blank = span(INDENT + ' '.repeat(name) + GAP)
  const scale = [span('0', paint.dim), span(long, paint.dim)]
  const air = span(' '.repeat(Math.max(1, width - widthOf(scale))))
  return [blank, span('0', paint.dim), air, span(long, paint.dim)]
}

function paintOf({ outcome }: TimelineBar, paint: Colors): Paint {
  if (outcome === 'ok') return paint.green
  return outcome === 'refused' ? paint.red : paint.yellow
}
