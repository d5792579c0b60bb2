/**
 * Text of a known width. A panel that is wider than its terminal wraps, and one that wraps cannot be
 * redrawn in place; so text is cut and padded first and coloured last, as a line of spans.
 */
import pc from 'picocolors'
import stringWidth from 'string-width'
import { printable } from '../print/printable.js'

export type Paint = (text: string) => string
export type Colors = ReturnType<typeof pc.createColors>

/** A piece of a line: plain text, and how to colour it once it is known to fit. */
export interface TextSpan {
  readonly text: string
  readonly paint?: Paint
}

const graphemes = new Intl.Segmenter()

/** The palette: every function leaves its text as it is when `color` is false. */
export function colorsOf(color: boolean): Colors {
  return pc.createColors(color)
}

/** Makes a span. */
export function span(text: string, paint?: Paint): TextSpan {
  return paint === undefined ? { text } : { text, paint }
}

/** How many columns all spans take. */
export function widthOf(spans: readonly TextSpan[]): number {
  return spans.reduce((width, { text }) => width + stringWidth(text), 0)
}

/** The text in at most `width` columns; a cut is shown by an ellipsis. */
export function cut(text: string, width: number): string {
  // Names come from a file: a control character in one must not move the cursor.
  const clean = printable(text)
  if (stringWidth(clean) <= width) return clean
  if (width < 1) return ''
  let kept = ''
  for (const { segment } of graphemes.segment(clean)) {
    if (stringWidth(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** The text in exactly `width` columns, at the left of them. */
export function left(text: string, width: number): string {
  const fitting = cut(text, width)
  return fitting + ' '.repeat(Math.max(0, width - stringWidth(fitting)))
}

/** The text in exactly `width` columns, at the right of them. */
export function right(text: string, width: number): string {
  const fitting = cut(text, width)
  return ' '.repeat(Math.max(0, width - stringWidth(fitting))) + fitting
}

/** The spans as one coloured line of at most `columns`; what does not fit is cut off. */
export function paintLine(spans: readonly TextSpan[], columns: number): string {
  let room = columns
  let line = ''
  for (const { text, paint } of spans) {
    const fitting = cut(text, room)
    room -= stringWidth(fitting)
    line += paint === undefined || fitting === '' ? fitting : paint(fitting)
  }
  return line.trimEnd()
}
