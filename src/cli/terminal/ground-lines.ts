/** What figures were measured on, in as few lines as fit. */
import type { DatabaseFacts } from '../../lab/database/database-facts.js'
import { cut } from './spans.js'

/** Of the settings that a result has; the rest is in its JSON. */
const SETTINGS_SHOWN = 5
const BETWEEN = ' · '

/** @param more further circumstances of the measurement */
export function groundLines(
  { version, settings }: DatabaseFacts,
  more: readonly string[],
  columns: number,
): string[] {
  const shown = Object.entries(settings).slice(0, SETTINGS_SHOWN)
  const pieces = [
    `PostgreSQL ${version}`,
    ...shown.map(([name, value]) => `${name} ${value}`),
    ...more,
  ]
  const lines: string[] = []
  for (const piece of pieces.map((text) => cut(text, columns))) {
    const longer = `${lines.at(-1) ?? ''}${BETWEEN}${piece}`
    if (lines.length > 0 && longer.length <= columns) lines[lines.length - 1] = longer
    else lines.push(piece)
  }
  return lines
}
