/**
 * Rows that name what is not there, and rows that are there twice. Constraints of the schema refuse
 * most of them, as long as they are there and nobody has turned them off.
 */
import { JOURNAL_KINDS, subjectColumnOf } from '../../../domain/journal.js'
import { NO_LISTING } from '../../tables/answers.js'
import { driftColumns, type WhichRows } from './drift-columns.js'

/** What a row names, and where that has to be. */
interface Reference {
  readonly table: string
  readonly column: string
  readonly target: string
  /** How the target's row is found, besides by the listing. */
  readonly on: string
  /** Rows that name nothing, or nothing that has to be there. Default all. */
  readonly where?: string
}

/** Every table whose rows belong to a listing, with the columns that tell a row. */
const OF_A_LISTING: Readonly<Record<string, readonly string[]>> = {
  resources: ['resource_id'],
  pools: ['pool_id'],
  nights: ['resource_id', 'night'],
  blocks: ['block_id'],
  schedules: ['resource_id'],
  reservations: ['reservation_id'],
  journal: ['entry_id'],
  answers: ['idempotency_key', 'caller'],
  refunds: ['reservation_id', 'payment_ref'],
  customers: ['customer'],
  units: ['pool_id', 'unit_no'],
  reservation_lines: ['reservation_id', 'line_no'],
  api_key_listings: ['key_id'],
}

/** Where an audit looks for rows of a listing. */
export const AUDITED_TABLES = Object.keys(OF_A_LISTING)

/** The text of a row's key, which no setting of the session changes. */
const keyText = (table: string, columns: readonly string[]) =>
  columns
    .map((column) => `${table}.${column}`)
    .map((column) => (column === 'nights.night' ? `to_char(${column}, 'YYYY-MM-DD')` : column))
    .join(` || '/' || `)

const keyOf = (table: string) => keyText(table, OF_A_LISTING[table] ?? [])

const ofListing = (table: string): Reference => ({
  ...{ table, column: 'listing_id', target: 'listings', on: 'true' },
  ...(table === 'answers' && { where: `answers.listing_id <> '${NO_LISTING}'` }),
})

const ofResource = (table: string, more = ''): Reference => ({
  ...{ table, column: 'resource_id', target: 'resources' },
  on: `resources.resource_id = ${table}.resource_id${more}`,
})

const ofPool = (table: string): Reference => {
  return { table, column: 'pool_id', target: 'pools', on: `pools.pool_id = ${table}.pool_id` }
}

const REFERENCES: readonly Reference[] = [
  ...Object.keys(OF_A_LISTING).map(ofListing),
  ofResource('pools', ' and resources.exclusive = pools.exclusive'),
  ofResource('nights'),
  ofResource('blocks', ' and not resources.private'),
  ofResource('schedules', ' and not resources.private'),
  ofPool('nights'),
  ofPool('units'),
  ofPool('reservation_lines'),
  {
    ...{ table: 'blocks', column: 'block_id', target: 'resources' },
    on: 'resources.resource_id = blocks.block_id and resources.private',
  },
  {
    ...{ table: 'resources', column: 'private', target: 'blocks' },
    on: 'blocks.block_id = resources.resource_id',
    where: 'resources.private',
  },
  {
    ...{ table: 'units', column: 'reservation_id', target: 'reservations' },
    on: 'reservations.reservation_id = units.reservation_id',
    where: 'units.reservation_id is not null',
  },
]

/** What names something that is not there. */
export function danglingRows(scope: WhichRows): string {
  const references = REFERENCES.map(({ table, column, target, on, where = 'true' }) => {
    const figures = [`'one of ${target}'`, `'none'`] as const
    return `${driftColumns(table, keyOf(table), column, figures)}
  from ${table}
  where ${scope(table)}
    and ${where}
    and not exists (
      select
      from ${target}
      where ${target}.listing_id = ${table}.listing_id
        and ${on}
    )`
  })
  return [...references, aboutAnother(scope), keyless(scope)].join(' union all ')
}

const ABOUT = ['reservation_id', 'pool_id', 'resource_id', 'block_id'] as const

/** An entry of the journal that names something else than what its kind is about. */
function aboutAnother(scope: WhichRows): string {
  const named = `concat_ws(' ', ${ABOUT.map(
    (column) => `case when journal.${column} is not null then '${column}' end`,
  ).join(', ')})`
  const wanted = `case ${JOURNAL_KINDS.map(
    (kind) => `when journal.kind = '${kind}' then '${subjectColumnOf(kind) ?? ''}'`,
  ).join(' ')} end`
  return `${driftColumns('journal', keyOf('journal'), 'kind', [wanted, named])}
  from journal
  where ${scope('journal')}
    and ${wanted} is distinct from ${named}`
}

/** A grant to an API key that there is not: keys belong to no listing. */
function keyless(scope: WhichRows): string {
  const figures = [`'one of api_keys'`, `'none'`] as const
  return `${driftColumns('api_key_listings', keyOf('api_key_listings'), 'key_id', figures)}
  from api_key_listings
  where ${scope('api_key_listings')}
    and not exists (select from api_keys where api_keys.key_id = api_key_listings.key_id)`
}

/** Keys that more than one row has. */
export function doubledRows(scope: WhichRows): string {
  return Object.entries({ ...OF_A_LISTING, listings: ['listing_id'] })
    .map(([table, columns]) => {
      const key = columns.map((column) => `${table}.${column}`)
      return `${driftColumns(table, keyText(table, columns), 'row', ['1', 'count(*)'])}
  from ${table}
  where ${scope(table)}
  group by ${table}.listing_id, ${key.join(', ')}
  having count(*) > 1`
    })
    .join(' union all ')
}
