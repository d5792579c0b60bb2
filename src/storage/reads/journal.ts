/** Reads of `journal`, page by page. */
import { JOURNAL_KINDS, type JournalKind, type Settings } from '../../domain/journal.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import type { Page } from '../tables/page.js'

/** An entry as the database has it. */
export interface JournalRow {
  readonly entryId: string
  /** By the database's clock. */
  readonly atMs: number
  readonly kind: JournalKind
  readonly reservationId: string | null
  readonly poolId: string | null
  readonly resourceId: string | null
  readonly blockId: string | null
  readonly actor: string | null
  readonly reason: string | null
  /** What `domain/journal.ts` says of its kind. */
  readonly detail: JournalDetail
}

export interface JournalDetail {
  readonly version: number
  readonly taken?: readonly MoveDetail[]
  readonly given_back?: readonly MoveDetail[]
  readonly expires_at_ms?: number
  readonly payment_ref?: string
  readonly refunds?: readonly RefundDetail[]
  /** Of a capacity, or of what was set. */
  readonly from?: number | Settings
  readonly to?: number | Settings
  /** What a pool was created with. */
  readonly capacity?: number
}

export interface MoveDetail {
  readonly pool_id: string
  readonly quantity: number
  readonly version: number
}

export interface RefundDetail {
  readonly payment_ref: string
  readonly reason: string
  readonly becomes: 'due' | 'settled' | 'withdrawn'
}

export interface JournalFilter {
  readonly kind?: JournalKind | undefined
  readonly reservationId?: string | undefined
  /** Of a resource and its schedule. */
  readonly resourceId?: string | undefined
  readonly blockId?: string | undefined
  readonly actor?: string | undefined
  /** From this moment on, by the database's clock. */
  readonly fromMs?: number | undefined
  /** Before this moment. */
  readonly toMs?: number | undefined
}

// Entries from before reasons had a column of their own have theirs in the detail.
export const JOURNAL_COLUMNS = `
  entry_id as "entryId",
  floor(extract(epoch from at) * 1000)::bigint as "atMs",
  kind,
  reservation_id as "reservationId",
  pool_id as "poolId",
  resource_id as "resourceId",
  block_id as "blockId",
  actor,
  coalesce(reason, detail ->> 'reason') as reason,
  detail`

const SELECT_HISTORY = sql('journal.history')`
  select ${JOURNAL_COLUMNS}
  from journal
  where listing_id = $1
    and reservation_id = $2
    and ($3::uuid is null or entry_id > $3)
  order by entry_id
  limit $4`

/** The entries of one reservation, the oldest first, from behind `after` on. */
export function readHistory(
  db: Pick<Tx, 'query'>,
  listingId: string,
  reservationId: string,
  { after, limit }: Page,
): Promise<readonly JournalRow[]> {
  return db.query<JournalRow>(SELECT_HISTORY, [listingId, reservationId, after ?? null, limit])
}

/**
 * Ids of entries are in the order of the programs' clocks, times are the database's. An entry's id is
 * looked for within a day of its time, so that a page need not read the whole journal.
 */
const CLOCKS_APART_MS = 86_400_000

/** The name of the statement that reads such a page: it says what the text filters by. */
function pageName({ kind, reservationId }: JournalFilter): string {
  return [
    'journal.list',
    ...(kind === undefined ? [] : [kind]),
    ...(reservationId === undefined ? [] : ['reservation']),
  ].join('.')
}

function selectPage(filter: JournalFilter): string {
  const { kind, reservationId } = filter
  return sql(pageName(filter))`
  select ${JOURNAL_COLUMNS}
  from journal
  where listing_id = $1
    and ($2::uuid is null or entry_id < $2)
    and ($4::text is null or actor = $4)
    and ($5::timestamptz is null or at >= $5)
    and ($6::uuid is null or entry_id >= $6)
    and ($7::timestamptz is null or at < $7)
    and ($8::uuid is null or entry_id < $8)
    and ($9::uuid is null or resource_id = $9)
    and ($10::uuid is null or block_id = $10)
    ${kind === undefined ? '' : `and kind = '${kind}'`}
    ${reservationId === undefined ? '' : 'and reservation_id = $11'}
  order by entry_id desc
  limit $3`
}

/** One statement for each kind, as a constant: so the planner sees which partial index serves it. */
const PAGES: ReadonlyMap<string, string> = new Map(
  [undefined, ...JOURNAL_KINDS]
    .flatMap((kind): JournalFilter[] => [{ kind }, { kind, reservationId: 'any' }])
    .map((filter) => [pageName(filter), selectPage(filter)]),
)

/** Entries that pass the filter, the newest first, from behind `after` on. */
export function listEntries(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { after, limit }: Page,
  filter: JournalFilter,
): Promise<readonly JournalRow[]> {
  const { actor, reservationId, fromMs, toMs } = filter
  const statement = PAGES.get(pageName(filter))
  if (statement === undefined) throw new Error(`there is no statement ${pageName(filter)}`)
  return db.query<JournalRow>(statement, [
    listingId,
    after ?? null,
    limit,
    actor ?? null,
    fromMs === undefined ? null : new Date(fromMs).toISOString(),
    fromMs === undefined ? null : firstIdAt(fromMs - CLOCKS_APART_MS),
    toMs === undefined ? null : new Date(toMs).toISOString(),
    toMs === undefined ? null : firstIdAt(toMs + CLOCKS_APART_MS),
    filter.resourceId ?? null,
    filter.blockId ?? null,
    ...(reservationId === undefined ? [] : [reservationId]),
  ])
}

const ID_MS_MAX = 2 ** 48 - 1

/** The lowest UUID that begins with this time, as version 7 has it. */
function firstIdAt(ms: number): string {
  const hex = Math.min(Math.max(0, ms), ID_MS_MAX).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
