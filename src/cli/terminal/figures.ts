/** Numbers as people read them, and a grid that shows several of them on any width. */
import { grouped } from '../../lab/words.js'
import { left, type Paint, span, type TextSpan } from './spans.js'

/** A number with its name, as a cell of a grid. */
export interface Figure {
  readonly label: string
  readonly value: string
  readonly paint?: Paint | undefined
}

/** Wide enough for `3.2 ms`, so that the first measurement moves nothing. */
const CELL_MIN = 6
const GAP_MIN = 2
const GAP_MAX = 4

/** `62 %`, rounded down: 100 % is said of the whole only. */
export function percent(share: number): string {
  return `${Math.floor(share * 100)} %`
}

/** `3.2 ms`, `48 ms`; a dash when nothing was measured yet. */
export function milliseconds(value: number): string {
  if (!(value > 0)) return '–'
  return value < 9.95 ? `${value.toFixed(1)} ms` : `${grouped(value)} ms`
}

/** `4.2 s`, `1 min 05 s` */
export function elapsed(ms: number): string {
  const tenths = Math.floor(ms / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const seconds = Math.floor(tenths / 10)
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

/**
 * Labels over values, in as few rows as fit `columns`, each row about equally long.
 *
 * @returns the spans of each line
 */
export function figureGrid(
  figures: readonly Figure[],
  columns: number,
  labelPaint: Paint,
): TextSpan[][] {
  for (let rows = 1; rows <= figures.length; rows++) {
    // Filled evenly: 8 in two rows are 4 and 4, not 7 and 1.
    const perRow = Math.ceil(figures.length / rows)
    const widths = columnWidths(figures, perRow)
    const used = widths.reduce((sum, width) => sum + width, 0)
    const gap = Math.min(GAP_MAX, Math.floor((columns - used) / Math.max(1, perRow - 1)))
    if (gap >= GAP_MIN || perRow === 1) return rowsOf(figures, widths, gap, labelPaint)
  }
  return []
}

function columnWidths(figures: readonly Figure[], perRow: number): number[] {
  const widths = new Array<number>(perRow).fill(CELL_MIN)
  figures.forEach(({ label, value }, index) => {
    const column = index % perRow
    widths[column] = Math.max(widths[column] ?? 0, label.length, value.length)
  })
  return widths
}

function rowsOf(
  figures: readonly Figure[],
  widths: readonly number[],
  gap: number,
  labelPaint: Paint,
): TextSpan[][] {
  const lines: TextSpan[][] = []
  for (let start = 0; start < figures.length; start += widths.length) {
    const row = figures.slice(start, start + widths.length)
    const padded = (text: string, column: number) =>
      left(text, (widths[column] ?? 0) + (column < row.length - 1 ? gap : 0))
    lines.push(
      row.map(({ label }, column) => span(padded(label, column), labelPaint)),
      row.map(({ value, paint }, column) => span(padded(value, column), paint)),
    )
  }
  return lines
}
