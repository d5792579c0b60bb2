/** Strategies side by side: a row each, what went wrong first and then how fast it was. */
import type { ComparedStrategy, ComparedVerdict } from '../../../lab/compare/comparison.js'
import { grouped } from '../../../lab/words.js'
import { milliseconds } from '../figures.js'
import { type Colors, left, type Paint, right, span, type TextSpan, widthOf } from '../spans.js'

interface Column {
  readonly title: string
  readonly spanOf: (row: ComparedStrategy, paint: Colors) => TextSpan
  /** Columns with the highest number go first when the terminal is narrow; 0 never goes. */
  readonly spare: number
}

const WORDS: Readonly<Record<ComparedVerdict, { text: string; paint: (paint: Colors) => Paint }>> =
  {
    ok: { text: 'ok', paint: (paint) => paint.green },
    violation: { text: 'VIOLATION', paint: (paint) => (text) => paint.bold(paint.red(text)) },
    caught: { text: 'caught', paint: (paint) => paint.yellow },
    missed: { text: 'MISSED', paint: (paint) => (text) => paint.bold(paint.yellow(text)) },
  }

/** Red when there is one at all. */
function fault(value: number, paint: Colors): TextSpan {
  return span(grouped(value), value > 0 ? paint.red : paint.dim)
}

const COLUMNS: readonly Column[] = [
  {
    title: 'verdict',
    spare: 0,
    spanOf: ({ verdict }, paint) => span(WORDS[verdict].text, WORDS[verdict].paint(paint)),
  },
  { title: 'oversold', spare: 0, spanOf: (row, paint) => fault(row.oversold, paint) },
  { title: 'unjustified', spare: 3, spanOf: (row, paint) => fault(row.unjustified, paint) },
  { title: 'lost', spare: 2, spanOf: (row, paint) => fault(row.lost, paint) },
  { title: 'reserved/s', spare: 0, spanOf: (row) => span(grouped(row.reservedPerSecond)) },
  { title: 'p50', spare: 1, spanOf: ({ latencyMs }) => span(milliseconds(latencyMs.p50)) },
  { title: 'p99', spare: 4, spanOf: ({ latencyMs }) => span(milliseconds(latencyMs.p99)) },
  { title: 'p99.9', spare: 8, spanOf: ({ latencyMs }) => span(milliseconds(latencyMs.p999)) },
  { title: 'conflicts', spare: 6, spanOf: (row) => span(grouped(row.conflicts)) },
  { title: 'retries', spare: 5, spanOf: (row) => span(grouped(row.retries)) },
  {
    title: 'round trips',
    spare: 7,
    spanOf: ({ roundTripsPerReservation: trips }) => span(trips === null ? '–' : trips.toFixed(1)),
  },
]
const GAP = '  '

/**
 * @param waiting names that have not raced yet, as rows without figures
 * @returns the spans of each line, no wider than `columns` where names leave room for that
 */
export function compareTable(
  rows: readonly ComparedStrategy[],
  columns: number,
  paint: Colors,
  waiting: readonly string[] = [],
): TextSpan[][] {
  const names = [...rows.map((row) => row.strategy), ...waiting, 'strategy']
  const name = Math.max(...names.map((text) => widthOf([span(text)])))
  const shown = fitting(rows, columns - name, paint)
  const heading = shown.map(({ column, width }) => cell(span(column.title, paint.dim), width))
  return [
    [span(left('strategy', name), paint.dim), ...heading],
    ...rows.map((row) => [
      span(left(row.strategy, name)),
      ...shown.map(({ column, width }) => cell(column.spanOf(row, paint), width)),
    ]),
    ...waiting.map((text) => [span(text, paint.dim)]),
  ]
}

function fitting(
  rows: readonly ComparedStrategy[],
  columns: number,
  paint: Colors,
): readonly { readonly column: Column; readonly width: number }[] {
  const all = COLUMNS.map((column) => ({
    column,
    width: Math.max(
      column.title.length,
      ...rows.map((row) => widthOf([column.spanOf(row, paint)])),
    ),
  }))
  const widthOfAll = () => all.reduce((sum, { width }) => sum + GAP.length + width, 0)
  for (;;) {
    const most = Math.max(...all.map(({ column }) => column.spare))
    if (widthOfAll() <= columns || most === 0) return all
    all.splice(
      all.findIndex(({ column }) => column.spare === most),
      1,
    )
  }
}

function cell({ text, paint }: TextSpan, width: number): TextSpan {
  return span(GAP + right(text, width), paint)
}
