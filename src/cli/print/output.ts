/**
 * The result of a command, on stdout: lines for a person, or with `--json` one JSON document and
 * nothing else. Everything that is not the result goes to stderr.
 */
import stringWidth from 'string-width'
import { printable, printableJson } from './printable.js'

export interface OutputFlags {
  readonly json?: boolean
}

/** @param lines what a person is shown instead of `value` */
export function print({ json }: OutputFlags, value: unknown, lines: readonly string[]): void {
  const text = json ? printableJson(value) : lines.join('\n')
  if (text !== '') process.stdout.write(`${text}\n`)
}

/** Prints a line for a person to stderr, beside the result. */
export function printNote(line: string): void {
  process.stderr.write(`${line}\n`)
}

const GAP = 2

/** Rows of cells as lines with aligned columns; the first row is the heading. */
export function table(given: readonly (readonly string[])[]): string[] {
  const rows = given.map((row) => row.map(printable))
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) {
      widths[i] = Math.max(widths[i] ?? 0, stringWidth(cell))
    }
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) => {
      return cell + ' '.repeat((widths[i] ?? 0) - stringWidth(cell) + GAP)
    })
    return cells.join('').trimEnd()
  })
}

/** "1 pool", "2 pools". */
export function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`
}
