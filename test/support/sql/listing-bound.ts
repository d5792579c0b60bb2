/**
 * Reads a statement and says which of its tables it touches without naming their listing. It knows
 * as much of SQL as this house writes: tables behind `from`, `join`, `update` and `into`, columns
 * that are compared with `=`, and rows that are inserted with their listing first.
 */

const MENTION = /\b(from|join|update|into)\s+([a-z_]+)(?:\s+(?:as\s+)?([a-z_]+))?/g
const NO_ALIAS = new Set(
  'on where set join left cross full inner order group limit union values select for using'.split(
    ' ',
  ),
)
/** What aliases are connected to when their listing is a parameter of the statement. */
const PARAMETER = '$'

interface Mention {
  readonly table: string
  readonly alias: string
  /** From the mention to the end of the query that it stands in. */
  readonly scope: string
}

/**
 * @param tables those whose every row belongs to one listing
 * @returns the mentions, as `table` or `table as alias`, that are bound to no `listing_id = $n`
 */
export function unboundTables(statement: string, tables: ReadonlySet<string>): string[] {
  const text = statement.replace(/\/\*.*?\*\//g, '')
  const mentions = mentionsIn(text).filter(({ table }) => tables.has(table))
  const comparisons = comparisonsIn(text, mentions)
  return mentions
    .filter(({ alias }) => !isConnected(alias, comparisons))
    .map(({ table, alias }) => (table === alias ? table : `${table} as ${alias}`))
}

function mentionsIn(text: string): Mention[] {
  return [...text.matchAll(MENTION)].map(({ index, 2: table = '', 3: word }) => ({
    table,
    alias: word === undefined || NO_ALIAS.has(word) ? table : word,
    scope: scopeFrom(text, index),
  }))
}

function scopeFrom(text: string, start: number): string {
  let depth = 0
  for (let i = start; i < text.length; i += 1) {
    if (text[i] === '(') depth += 1
    if (text[i] === ')') depth -= 1
    if (depth < 0 || (depth === 0 && text.startsWith('union', i))) return text.slice(start, i)
  }
  return text.slice(start)
}

/** Pairs of aliases, or of an alias and `PARAMETER`, whose listings are the same. */
function comparisonsIn(text: string, mentions: readonly Mention[]): [string, string][] {
  const pairs: [string, string][] = []
  for (const [, left = '', right] of text.matchAll(
    /\b(\w+)\.listing_id\s*=\s*(?:\$\d+|(\w+)\.listing_id)/g,
  )) {
    pairs.push([left, right ?? PARAMETER])
  }
  for (const { alias, scope } of mentions) {
    if (/(?<![.\w])listing_id\s*=\s*\$\d/.test(scope)) pairs.push([alias, PARAMETER])
    const inserted =
      /^into\s+\w+(?:\s+as\s+\w+)?\s+\(\s*listing_id\b[^)]*\)\s*(?:values\s*\(|select)\s*(?:\$1|(\w+)\.listing_id)/
    const match = inserted.exec(scope)
    if (match !== null) pairs.push([alias, match[1] ?? PARAMETER])
  }
  return pairs
}

function isConnected(alias: string, pairs: readonly [string, string][]): boolean {
  const reached = new Set([PARAMETER])
  for (let before = 0; before < reached.size; ) {
    before = reached.size
    for (const [one, other] of pairs) {
      if (reached.has(one)) reached.add(other)
      else if (reached.has(other)) reached.add(one)
    }
  }
  return reached.has(alias)
}
