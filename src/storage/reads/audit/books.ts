/**
 * Reads everything about reservations and pools in the order of their ids, a piece at a time: rows,
 * lines, entries and answers of the same id come together, however many there are.
 *
 * Cursors do the reading, in the audit's own snapshot. The journal has no index by reservation, so
 * PostgreSQL sorts it, on disk where it does not fit into `work_mem`; this process holds `PIECE` rows
 * of each stream at a time.
 */
import type { SettingsSubject } from '../../../domain/journal.js'
import type { StoredPool } from '../../../domain/replay/pool.js'
import type { StoredEntry } from '../../../domain/replay/replay.js'
import type {
  StoredAnswer,
  StoredLine,
  StoredRefund,
  StoredReservation,
} from '../../../domain/replay/reservation-books.js'
import type { StoredSettings } from '../../../domain/replay/settings.js'
import type { Tx } from '../../driver/database.js'
import { sql } from '../../driver/statement.js'
import { SETTINGS, settingsColumn, termsColumn } from '../../tables/settings.js'
import type { WhichRows } from './drift-columns.js'

const PIECE = 1_000

/** Whose row it is; rows are in the order of both. */
interface Keyed {
  readonly listingId: string
  /** Of a reservation or a pool, as text. */
  readonly id: string
}

/** A cursor: how it is opened, how the next rows are read, and how it is closed. */
interface Cursor {
  readonly declare: string
  readonly fetch: string
  readonly close: string
}

/** The same for the cursors of every audit. */
const ofCursor = (what: string): Omit<Cursor, 'declare'> => ({
  fetch: sql(`books.fetch_${what}`)`fetch ${PIECE} from audit_${what}`,
  close: sql(`books.close_${what}`)`close audit_${what}`,
})

const CURSORS = {
  reservations: ofCursor('reservations'),
  lines: ofCursor('lines'),
  entries: ofCursor('entries'),
  answers: ofCursor('answers'),
  refunds: ofCursor('refunds'),
  pools: ofCursor('pools'),
  pool_entries: ofCursor('pool_entries'),
  settings: ofCursor('settings'),
  settings_entries: ofCursor('settings_entries'),
} as const

/** The cursors of one audit. */
export interface BookCursors {
  readonly reservations: Cursor
  readonly lines: Cursor
  readonly entries: Cursor
  readonly answers: Cursor
  readonly refunds: Cursor
  readonly pools: Cursor
  readonly poolEntries: Cursor
  readonly settings: Cursor
  readonly settingsEntries: Cursor
}

const MS = (column: string) => `floor(extract(epoch from ${column}) * 1000)::bigint`

const ENTRY = `
         journal.entry_id as "entryId", journal.kind, ${MS('journal.at')} as "atMs",
         journal.reservation_id as "reservationId", journal.pool_id as "poolId", journal.detail`

/**
 * long: the statement of each cursor, one after the other.
 *
 * @param name begins the names of the statements
 * @param scope which rows are read
 */
export function bookCursors(name: string, scope: WhichRows): BookCursors {
  const cursor = (what: keyof typeof CURSORS, select: string): Cursor => ({
    declare: sql(`${name}.open_${what}`)`declare audit_${what} no scroll cursor for ${select}`,
    ...CURSORS[what],
  })
  return {
    reservations: cursor(
      'reservations',
      `
  select reservations.listing_id as "listingId", reservations.reservation_id as id,
         reservations.state, reservations.version, ${MS('reservations.expires_at')} as "expiresAtMs",
         reservations.payment_ref as "paymentRef", reservations.refund_due as "refundDue",
         reservations.line_count as "lineCount", ${MS('reservations.created_at')} as "createdAtMs",
         ${MS('reservations.updated_at')} as "updatedAtMs"
  from reservations
  where ${scope('reservations')}
  order by reservations.listing_id, reservations.reservation_id`,
    ),
    lines: cursor(
      'lines',
      `
  select lines.listing_id as "listingId", lines.reservation_id as id, lines.line_no as "lineNo",
         lines.pool_id as "poolId", lines.quantity, lines.taken_version as "takenVersion",
         lines.given_back_version as "givenBackVersion", lines.replaced
  from reservation_lines as lines
  where ${scope('lines')}
  order by lines.listing_id, lines.reservation_id`,
    ),
    entries: cursor(
      'entries',
      `
  select journal.listing_id as "listingId", journal.reservation_id as id, ${ENTRY}
  from journal
  where ${scope('journal')}
    and journal.reservation_id is not null
  order by journal.listing_id, journal.reservation_id`,
    ),
    answers: cursor(
      'answers',
      `
  select answers.listing_id as "listingId",
         coalesce(answers.outcome -> 'reservation' ->> 'reservationId', '') as id,
         answers.idempotency_key as key, answers.command,
         answers.outcome -> 'reservation' ->> 'state' as state,
         answers.outcome -> 'reservation' -> 'version' as version
  from answers
  where ${scope('answers')}
    and coalesce(answers.outcome ->> 'kind', '') not in ('refused', 'made')
  order by answers.listing_id,
           coalesce(answers.outcome -> 'reservation' ->> 'reservationId', '') collate "C"`,
    ),
    refunds: cursor(
      'refunds',
      `
  select refunds.listing_id as "listingId", refunds.reservation_id as id,
         refunds.payment_ref as "paymentRef", refunds.reason,
         ${MS('refunds.due_since')} as "dueSinceMs", ${MS('refunds.settled_at')} as "settledAtMs"
  from refunds
  where ${scope('refunds')}
  order by refunds.listing_id, refunds.reservation_id`,
    ),
    pools: cursor(
      'pools',
      `
  select pools.listing_id as "listingId", pools.pool_id as id, pools.pool_id as "poolId",
         pools.resource_id as "resourceId", pools.exclusive, pools.closed,
         ${MS('lower(pools.during)')} as "fromMs", ${MS('upper(pools.during)')} as "toMs",
         pools.capacity, pools.taken, pools.overcommitted, pools.version,
         coalesce((
           select json_agg(json_build_object(
             'night', night, 'resourceId', resource_id, 'version', version,
             'terms', ${termsColumn('nights')}
           ))
           from nights
           where ${scope('nights')}
             and nights.listing_id = pools.listing_id
             and nights.pool_id = pools.pool_id
         ), '[]') as nights
  from pools
  where ${scope('pools')}
  order by pools.listing_id, pools.pool_id`,
    ),
    poolEntries: cursor(
      'pool_entries',
      `
  select journal.listing_id as "listingId", journal.pool_id as id, ${ENTRY}
  from journal
  where ${scope('journal')}
    and journal.pool_id is not null
    and journal.reservation_id is null
  order by journal.listing_id, journal.pool_id`,
    ),
    settings: cursor(
      'settings',
      `
  select *
  from (
    ${Object.keys(SETTINGS)
      .map((subject) => settingsOf(subject as SettingsSubject, scope))
      .join(' union all ')}
  ) as settings
  order by "listingId", id collate "C"`,
    ),
    settingsEntries: cursor(
      'settings_entries',
      `
  select *
  from (
  select journal.listing_id as "listingId",
         case
           when journal.block_id is not null then 'block/' || journal.block_id
           when journal.resource_id is null then 'listing'
           when journal.kind like 'schedule%' then 'schedule/' || journal.resource_id
           else 'resource/' || journal.resource_id
         end as id, ${ENTRY}
  from journal
  where ${scope('journal')}
    and journal.reservation_id is null
    and journal.pool_id is null
  ) as entries
  order by "listingId", id collate "C"`,
    ),
  }
}

/** What is set of the rows of one kind. */
function settingsOf(subject: SettingsSubject, scope: WhichRows): string {
  const { table, id } = SETTINGS[subject]
  return `
    select ${table}.listing_id as "listingId",
           ${subject === 'listing' ? `'listing'` : `'${subject}/' || ${table}.${id}`} as id,
           '${table}' as "table", ${table}.${id}::text as key, ${table}.version,
           ${settingsColumn(subject)} as settings,
           ${subject === 'resource' ? 'resources.private' : 'false'} as unset
    from ${table}
    where ${scope(table)}`
}

/** Everything about one id. */
export interface Books<Row> {
  readonly rows: readonly Row[]
  readonly entries: readonly StoredEntry[]
}

type ReservationBooks = Books<StoredReservation> & {
  readonly lines: readonly StoredLine[]
  readonly answers: readonly StoredAnswer[]
  readonly refunds: readonly StoredRefund[]
}

/** Reads the books of every reservation, one after the other. */
export function readReservationBooks(
  tx: Pick<Tx, 'query'>,
  cursors: BookCursors,
  values: readonly unknown[],
  onBooks: (listingId: string, id: string, books: ReservationBooks) => void,
): Promise<void> {
  const streams = {
    rows: new Stream<StoredReservation & Keyed>(tx, cursors.reservations),
    lines: new Stream<StoredLine & Keyed>(tx, cursors.lines),
    entries: new Stream<StoredEntry & Keyed>(tx, cursors.entries),
    answers: new Stream<StoredAnswer & Keyed>(tx, cursors.answers),
    refunds: new Stream<StoredRefund & Keyed>(tx, cursors.refunds),
  }
  return merge(streams, values, ({ listingId, id }, books) => onBooks(listingId, id, books))
}

/** Reads the books of every pool, one after the other. */
export function readPoolBooks(
  tx: Pick<Tx, 'query'>,
  cursors: BookCursors,
  values: readonly unknown[],
  onBooks: (listingId: string, id: string, books: Books<StoredPool>) => void,
): Promise<void> {
  const streams = {
    rows: new Stream<StoredPool & Keyed>(tx, cursors.pools),
    entries: new Stream<StoredEntry & Keyed>(tx, cursors.poolEntries),
  }
  return merge(streams, values, ({ listingId, id }, books) => onBooks(listingId, id, books))
}

/** Reads what sellers set of one thing after the other. */
export function readSettingsBooks(
  tx: Pick<Tx, 'query'>,
  cursors: BookCursors,
  values: readonly unknown[],
  onBooks: (listingId: string, id: string, books: Books<StoredSettings>) => void,
): Promise<void> {
  const streams = {
    rows: new Stream<StoredSettings & Keyed>(tx, cursors.settings),
    entries: new Stream<StoredEntry & Keyed>(tx, cursors.settingsEntries),
  }
  return merge(streams, values, ({ listingId, id }, books) => onBooks(listingId, id, books))
}

/** The rows of one cursor, of which the next one can be looked at. */
class Stream<Row extends Keyed> {
  readonly #snapshot: Pick<Tx, 'query'>
  readonly #cursor: Cursor
  #piece: readonly Row[] = []
  #next = 0
  #ended = false

  constructor(tx: Pick<Tx, 'query'>, cursor: Cursor) {
    this.#snapshot = tx
    this.#cursor = cursor
  }

  async open(values: readonly unknown[]): Promise<void> {
    await this.#snapshot.query(this.#cursor.declare, values)
  }

  async close(): Promise<void> {
    await this.#snapshot.query(this.#cursor.close)
  }

  /** True when the next row has to be read first. */
  get isEmpty(): boolean {
    return this.#next >= this.#piece.length && !this.#ended
  }

  async read(): Promise<void> {
    this.#piece = await this.#snapshot.query<Row>(this.#cursor.fetch)
    this.#next = 0
    this.#ended = this.#piece.length === 0
  }

  get head(): Row | undefined {
    return this.#piece[this.#next]
  }

  advance(): void {
    this.#next += 1
  }
}

type Streams = Readonly<Record<string, Stream<Keyed>>>

/** The rows that each stream has of one id. */
type Group<Of extends Streams> = {
  readonly [Name in keyof Of]: Of[Name] extends Stream<infer Row> ? readonly Row[] : never
}

/** Calls `onGroup` for each id that any of the streams has, with the rows that each has of it. */
async function merge<Of extends Streams>(
  streams: Of,
  values: readonly unknown[],
  onGroup: (key: Keyed, rows: Group<Of>) => void,
): Promise<void> {
  const named = Object.entries(streams)
  for (const [, stream] of named) await stream.open(values)
  for (;;) {
    for (const [, stream] of named) if (stream.isEmpty) await stream.read()
    const heads = named.flatMap(([, { head }]) => (head === undefined ? [] : [head]))
    const first = heads.reduce<Keyed | undefined>(
      (least, head) => (least !== undefined && compare(least, head) <= 0 ? least : head),
      undefined,
    )
    if (first === undefined) break
    const group: Record<string, Keyed[]> = {}
    for (const [name, stream] of named) group[name] = await takeWhile(stream, first)
    // One list of rows for each stream, which has just been filled under the stream's name.
    onGroup(first, group as unknown as Group<Of>)
  }
  for (const [, stream] of named) await stream.close()
}

async function takeWhile(stream: Stream<Keyed>, { listingId, id }: Keyed): Promise<Keyed[]> {
  const rows: Keyed[] = []
  for (;;) {
    if (stream.isEmpty) await stream.read()
    const { head } = stream
    if (head?.listingId !== listingId || head.id !== id) return rows
    rows.push(head)
    stream.advance()
  }
}

/** Ids are compared as PostgreSQL orders them: byte by byte. */
function compare(one: Keyed, other: Keyed): number {
  if (one.listingId !== other.listingId) return one.listingId < other.listingId ? -1 : 1
  if (one.id === other.id) return 0
  return one.id < other.id ? -1 : 1
}
