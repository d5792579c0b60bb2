/**
 * What an audit holds against each other: rows as the database has them, entries of the journal, and
 * what it finds. Nothing that is read here is trusted, so everything is looked at before it is used.
 */

/** An entry of the journal, as it was read. */
export interface StoredEntry {
  readonly entryId: string
  readonly kind: string
  readonly atMs: number
  readonly reservationId: string | null
  readonly poolId: string | null
  readonly detail: unknown
}

export type Value = string | number | boolean | null

/** A row of which something else is known than what it says. */
export interface Finding {
  readonly table: string
  /** The row within its listing: its id, or what else its key consists of. */
  readonly key: string
  /** What of it: a column, or `row` when the row itself is missing, doubled or too many. */
  readonly column: string
  readonly expected: Value
  readonly actual: Value
}

/**
 * How far a time of a row may be from its entry's: both are of one transaction, and no transaction
 * lasts as long.
 */
const SAME_TIME_MS = 60_000

/** True when the two times can be of one transaction. */
export function isSameTime(oneMs: number, otherMs: number): boolean {
  return Math.abs(oneMs - otherMs) <= SAME_TIME_MS
}

/** Compares what a row says with what is known of it, column by column. */
export function compared<Row extends Readonly<Record<string, Value>>>(
  table: string,
  key: string,
  columns: Readonly<Record<keyof Row & string, string>>,
  { expected, actual }: { readonly expected: Row; readonly actual: Row },
): Finding[] {
  return Object.entries(columns).flatMap(([property, column]) => {
    const [known, found] = [expected[property] ?? null, actual[property] ?? null]
    return known === found ? [] : [{ table, key, column, expected: known, actual: found }]
  })
}

/** A part of an entry's detail, if it is what it should be. */
export function partOf<Type extends 'number' | 'string' | 'boolean'>(
  detail: unknown,
  name: string,
  type: Type,
): { number: number; string: string; boolean: boolean }[Type] | undefined {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return undefined
  const value = (detail as Record<string, unknown>)[name]
  return typeof value === type ? (value as never) : undefined
}

/** Entries in the order of the versions that they brought about; those without one come first. */
export function inOrder(entries: readonly StoredEntry[]): StoredEntry[] {
  const versionOf = ({ detail }: StoredEntry) => partOf(detail, 'version', 'number') ?? -1
  return entries.toSorted((a, b) => versionOf(a) - versionOf(b))
}

/** An entry that does not follow from those before it. */
export function misfit(
  entry: StoredEntry,
  column: string,
  expected: Value,
  actual: Value,
): Finding {
  return { table: 'journal', key: entry.entryId, column, expected, actual }
}

/** A list in an entry's detail, if it is one. */
export function listOf(detail: unknown, name: string): readonly unknown[] | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined
  const list = (detail as Record<string, unknown>)[name]
  return Array.isArray(list) ? list : undefined
}

/** A time as findings show it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
