/**
 * Text that comes from outside (a history, a database, an error of the server) as a terminal may show
 * it. An escape code in a pool's name would otherwise colour the verdict, or write another one over it.
 */

/** Control characters, line separators, and marks that turn the direction of text. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The text on one line, with a space for each character that a terminal would act on. */
export function printable(text: string): string {
  return text.replace(CONTROLS, ' ')
}

/** The same for text of several lines, which stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** JSON with these characters as escapes: `JSON.stringify` writes those above U+007E as they are. */
export function printableJson(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).split('\n')
  return lines.map((line) => line.replace(CONTROLS, escapeOf)).join('\n')
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
