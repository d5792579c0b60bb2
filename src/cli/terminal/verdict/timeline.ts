/**
 * A witness drawn as a timeline: a row for each request with a bar from its call to its answer.
 * What overlaps was under way at the same time.
 */
import type { Timeline, TimelineBar } from '../../../lab/checker/exact/timeline.js'
import { plural } from '../../../lab/words.js'
import { type Colors, left, type Paint, paintLine, span, type TextSpan, widthOf } from '../spans.js'

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
/** More rows say no more: the last ones show how it came about, and the rest is counted. */
const ROWS_MAX = 10

export function renderTimeline(whole: Timeline, look: TimelineLook): string[] {
  const { paint } = look
  const timeline = endOf(whole)
  const { bars, facts } = timeline
  const columns = Math.min(look.columns, COLUMNS_MAX)
  const who = bars.map(({ client }) => `client ${client}`)
  const name = Math.max(0, ...who.map((text) => text.length))
  const room = columns - INDENT.length - name - GAP.length
  const words = bars.map((bar) => wordsOf(bar, paint))
  const barRoom = room - GAP.length - Math.max(0, ...words.map(widthOf))
  // Where both do not fit side by side, words stand under the bars.
  const beside = barRoom >= BAR_MIN
  const width = Math.max(BAR_MIN, Math.min(BAR_MAX, beside ? barRoom : room))
  const lines = bars.flatMap((bar, i): TextSpan[][] => {
    const drawn = span(draw(bar, timeline, width), paintOf(bar, paint))
    const row = [span(INDENT), span(left(who[i] ?? '', name)), span(GAP), drawn]
    const wordsOfBar = words[i] ?? []
    if (beside) return [[...row, span(GAP), ...wordsOfBar]]
    return [row, [span(INDENT), span(' '.repeat(name)), span(GAP), ...wordsOfBar]]
  })
  const before = whole.bars.length - bars.length
  if (before > 0) {
    lines.unshift([span(`${INDENT}${plural(before, 'request')} before these, and`, paint.dim)])
  }
  if (bars.length > 0) lines.push(scaleLine(timeline, name, width, paint))
  for (const fact of facts.slice(0, ROWS_MAX)) lines.push([span(INDENT), span(fact, paint.dim)])
  const hidden = facts.length - ROWS_MAX
  if (hidden > 0) lines.push([span(`${INDENT}… and ${plural(hidden, 'more row')}`, paint.dim)])
  return lines.map((line) => paintLine(line, look.columns))
}

/** The last requests, as large as they can be drawn. */
function endOf({ bars, facts }: Timeline): Timeline {
  const shown = bars.slice(-ROWS_MAX)
  return {
    fromNs: Math.min(...shown.map((bar) => bar.fromNs)),
    toNs: Math.max(...shown.map((bar) => bar.toNs ?? bar.fromNs)),
    bars: shown,
    facts,
  }
}

function wordsOf(bar: TimelineBar, paint: Colors): TextSpan[] {
  return [span(bar.request), span(' → ', paint.dim), span(bar.answer, paintOf(bar, paint))]
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

function scaleLine(timeline: Timeline, name: number, width: number, paint: Colors): TextSpan[] {
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
