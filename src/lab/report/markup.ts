/** HTML that cannot be broken into: whatever is put into a template is escaped, unless it is markup itself. */

/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

type Piece = string | number | Markup | readonly Piece[]

/** A template of HTML or SVG; strings and numbers are escaped, markup and lists of it are put in. */
export function markup(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(
    strings.reduce((text, next, i) => `${text}${written(pieces[i - 1] ?? '')}${next}`),
  )
}

/** Nothing. */
export const NOTHING = new Markup('')

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function written(piece: Piece): string {
  if (piece instanceof Markup) return piece.text
  if (Array.isArray(piece)) return piece.map(written).join('')
  // Control characters are no characters of HTML; names come from files.
  const clean = String(piece).replace(/[\p{Cc}\p{Cs}]/gu, ' ')
  return clean.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
