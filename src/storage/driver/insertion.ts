/**
 * New rows of a table, described once and written two ways: a lone row as plain values, many as one
 * array for each column. A server that is sent one row as arrays works nearly twice as hard for it.
 */
import { plainArray } from './arrays.js'
import type { Tx } from './database.js'
import { sql } from './statement.js'

/** The types that rows of ours have. */
type ColumnType =
  | 'uuid'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'timestamptz'
  | 'reservation_state'
  | 'text'
  | 'bytea'
  | 'jsonb'

/** A column with its type and where its value comes from: the text of a JSON, the ISO text of a time. */
export type Column<Row> = readonly [
  name: string,
  type: ColumnType,
  of: (row: Row) => string | number | null | Buffer,
]

/**
 * Sends rows to a table whose first column is the id of a listing that exists. Many are selected from the
 * listing's row: so a distributed PostgreSQL sends them to the listing's node as they are.
 */
export type Insertion<Row> = (tx: Pick<Tx, 'send'>, listingId: string, rows: readonly Row[]) => void

/**
 * @param name begins the names of the two statements, which end in `_one` and `_many`; default
 * `<table>.insert`
 */
export function insertion<Row>(
  table: string,
  columns: readonly Column<Row>[],
  name = `${table}.insert`,
): Insertion<Row> {
  const names = columns.map(([name]) => name).join(', ')
  const parameters = columns.map((_, i) => `$${i + 2}`).join(', ')
  const arrays = columns.map(([, type], i) => asRows(type, `$${i + 2}`)).join(', ')
  const one = sql(`${name}_one`)`
  insert into ${table} (listing_id, ${names})
  values ($1, ${parameters})`
  const many = sql(`${name}_many`)`
  insert into ${table} (listing_id, ${names})
  select listings.listing_id, ${arrays}
  from listings
  where listings.listing_id = $1`
  return (tx, listingId, rows) => {
    const [first] = rows
    if (first === undefined) return
    if (rows.length === 1) tx.send(one, [listingId, ...columns.map(([, , of]) => of(first))])
    else tx.send(many, [listingId, ...columns.map((column) => arrayOf(column, rows))])
  }
}

function asRows(type: ColumnType, parameter: string): string {
  return type === 'jsonb'
    ? `jsonb_array_elements(${parameter}::jsonb)`
    : `unnest(${parameter}::${type}[])`
}

function arrayOf<Row>([, type, of]: Column<Row>, rows: readonly Row[]): unknown {
  const values = rows.map(of)
  if (type === 'jsonb') return `[${values.join(',')}]`
  // The driver quotes what may need it.
  if (type === 'text' || type === 'bytea') return values
  return plainArray(values as readonly (string | number | null)[])
}

let lastMs: number | undefined
let lastText = ''

/** A time as PostgreSQL reads it. The rows of one transaction share theirs: it is written once. */
export function timestamp(ms: number): string
export function timestamp(ms: number | null): string | null
export function timestamp(ms: number | null): string | null {
  if (ms === null) return null
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString()
    lastMs = ms
  }
  return lastText
}
