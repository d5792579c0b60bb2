/**
 * Every way to damage a row, as SQL: gone, doubled, and each column changed. What there is comes from
 * the catalog and from the rows of a listing, so a new table, column, state or kind is damaged as well.
 */
import type { Tx } from '../../../src/storage/driver/database.js'

/** One damage to one row of the listing `$1`. */
export interface Damage {
  /** What the documented list calls it: `pools: gone`, `pools.capacity`, `journal.detail.version`. */
  readonly what: string
  /** The kind of row, and what became of the column. */
  readonly how: string
  readonly statement: string
}

/** Tables of which one row is as good as another have no kind. */
const KIND_OF: Readonly<Record<string, string>> = {
  journal: `kind`,
  reservations: `state || coalesce(' of ' || left(customer, 5), '') || refund_due || (payment_ref is null)`,
  reservation_lines: `(given_back_version is null)::text || replaced`,
  pools: `exclusive || ' ' || closed || ' ' || (during is null) || ' ' || (overcommitted > 0)`,
  resources: `exclusive || ' ' || private`,
  blocks: `state`,
  answers: `(outcome ->> 'kind') || ' ' || command`,
  nights: `(resource_id in (select block_id from blocks))::text`,
  units: `(reservation_id is null)::text`,
}

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly nullable: boolean
}

const SELECT_COLUMNS = `
  select columns.table_name as "table", columns.column_name as name,
         coalesce(columns.domain_name, columns.udt_name) as type,
         columns.is_nullable = 'YES' as nullable
  from information_schema.columns
  where columns.table_schema = 'holdfast'
    and columns.table_name in (
      select table_name from information_schema.columns
      where table_schema = 'holdfast' and column_name = 'listing_id'
    )
  order by columns.table_name, columns.ordinal_position`

export async function readColumns(tx: Pick<Tx, 'query'>): Promise<readonly Column[]> {
  return tx.query<Column>(SELECT_COLUMNS)
}

/** Expressions that make another value of a column, by its type; those that leave it as it is are skipped. */
const CHANGES: Readonly<Record<string, (column: string) => readonly string[]>> = {
  uuid: () => ['gen_random_uuid()'],
  int2: (column) => [`${column} + 1`],
  int4: (column) => [`coalesce(${column}, 0) + 1`],
  int8: (column) => [`coalesce(${column}, 0) + 1`],
  unit_count: (column) => [`${column} + 1`],
  positive_count: (column) => [`${column} + 1`],
  bool: (column) => [`not ${column}`],
  text: (column) => [`coalesce(${column}, '') || 'x'`],
  timestamptz: (column) => [`coalesce(${column}, clock_timestamp()) + interval '2 hours'`],
  date: (column) => [`${column} + 1`],
  bytea: () => [`sha256('another')`],
  bounded_range: (column) => [
    `case when ${column} is not null then tstzrange(
       lower(${column}) + interval '30 minutes',
       upper(${column}) + interval '30 minutes'
     ) end`,
    `case when ${column} is null then tstzrange('2031-01-01', '2031-01-02') end`,
  ],
  reservation_state: () =>
    ['held', 'confirmed', 'released', 'expired', 'cancelled'].map(
      (state) => `'${state}'::reservation_state`,
    ),
  jsonb: (column) => [`'{}'`, `${column} || '{"another": 1}'`],
}

/** A listing that there is not, told by the one that a row was of. */
const ELSEWHERE = 'md5(listing_id::text)::uuid'

/** States and kinds that are kept as text: each other one is tried, too. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'blocks.state': ['tentative', 'definite', 'released'],
  'answers.command': ['reserve', 'hold', 'confirm'],
}

/** Every damage to a row of each kind that the listing has. */
export async function damagesOf(tx: Pick<Tx, 'query'>, listingId: string): Promise<Damage[]> {
  const columns = await readColumns(tx)
  const kinds = await tx.query<{ kind: string }>(
    'select distinct kind from journal where listing_id = $1',
    [listingId],
  )
  const damages: Damage[] = []
  for (const table of new Set(columns.map((column) => column.table))) {
    const own = columns.filter((column) => column.table === table)
    const rows = await tx.query<{ kind: string; row: Record<string, unknown> }>(
      `select distinct on (kind) kind, row
       from (select ${KIND_OF[table] ?? `''`} as kind, to_jsonb(t) as row
             from ${table} as t where listing_id = $1) as kinds
       order by kind, row::text`,
      [listingId],
    )
    for (const { kind, row } of rows) {
      const words = { ...WORDS, 'journal.kind': kinds.map((each) => each.kind) }
      damages.push(...damagesOfRow(table, own, { kind, row }, words))
    }
  }
  return damages
}

function damagesOfRow(
  table: string,
  columns: readonly Column[],
  { kind, row }: { readonly kind: string; readonly row: Record<string, unknown> },
  words: Readonly<Record<string, readonly string[]>>,
): Damage[] {
  const { listing_id: _, ...rest } = row
  const same = JSON.stringify(rest).replaceAll("'", "''")
  const where = `listing_id = $1 and to_jsonb(t) - 'listing_id' = '${same}'::jsonb`
  const names = columns.map((column) => column.name).join(', ')
  const damages: Damage[] = [
    { what: `${table}: gone`, how: kind, statement: `delete from ${table} as t where ${where}` },
    {
      ...{ what: `${table}: doubled`, how: kind },
      statement: `insert into ${table} (${names}) select ${names} from ${table} as t where ${where}`,
    },
  ]
  const set = (what: string, column: string, to: string) => {
    const change = `${column} is distinct from (${to})`
    damages.push({
      ...{ what, how: `${kind} := ${to}` },
      statement: `update ${table} as t set ${column} = ${to} where ${where} and ${change}`,
    })
  }
  for (const { name, type, nullable } of columns) {
    const what = `${table}.${name}`
    const changes = CHANGES[type]
    if (changes === undefined) throw new Error(`no damage is known for the type ${type}`)
    for (const to of name === 'listing_id' ? [ELSEWHERE] : changes(name)) set(what, name, to)
    for (const word of words[what] ?? []) set(what, name, `'${word}'`)
    if (nullable) set(what, name, 'null')
    // A schedule is a document of the seller's: none of its parts is known from elsewhere.
    if (type === 'jsonb' && table !== 'schedules') setParts(what, name, row[name], set)
  }
  return damages
}

/** Each part of a document is changed, and taken away. */
function setParts(
  what: string,
  column: string,
  document: unknown,
  set: (what: string, column: string, to: string) => void,
): void {
  for (const { path, value } of partsOf(document)) {
    const part = `${what}.${path.filter((step) => !/^\d+$/.test(step)).join('.')}`
    const at = `'{${path.join(',')}}'`
    const other =
      typeof value === 'number'
        ? value + 1
        : typeof value === 'boolean'
          ? !value
          : typeof value === 'string'
            ? /^[0-9a-f-]{36}$/.test(value)
              ? '00000000-0000-7000-8000-000000000000'
              : `${value}x`
            : null
    if (other !== null) set(part, column, `jsonb_set(${column}, ${at}, '${JSON.stringify(other)}')`)
    set(part, column, `${column} #- ${at}`)
  }
}

function partsOf(document: unknown, path: readonly string[] = []) {
  const parts: { readonly path: readonly string[]; readonly value: unknown }[] = []
  if (typeof document !== 'object' || document === null) return parts
  for (const [name, value] of Object.entries(document)) {
    parts.push({ path: [...path, name], value }, ...partsOf(value, [...path, name]))
  }
  return parts
}
