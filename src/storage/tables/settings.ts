/**
 * What sellers set, as the journal keeps it: of listings, resources, schedules and blocks. A column that
 * is added to one of these tables is kept from then on, unless it is left out here.
 */
import {
  type Attribution,
  differenceOf,
  SETTINGS_ENTRY_SUBJECTS,
  type Settings,
  type SettingsEntry,
  type SettingsEntryKind,
  type SettingsSubject,
  subjectColumnOf,
} from '../../domain/journal.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import { sendEntries } from './journal.js'

/** Where something is kept that has settings, and what of its row is set. */
interface SettingsOf {
  readonly table: 'listings' | 'resources' | 'schedules' | 'blocks'
  /** The column that tells it from others of the listing. */
  readonly id: string
  /** Columns that nobody sets, or that follow from others. */
  readonly without: readonly string[]
}

// A block's name may be a person's, and so may what a seller notes as metadata: the journal, which nobody
// can change, keeps neither.
export const SETTINGS: Readonly<Record<SettingsSubject, SettingsOf>> = {
  listing: {
    table: 'listings',
    id: 'listing_id',
    without: ['listing_id', 'metadata', 'version', 'created_at'],
  },
  resource: {
    table: 'resources',
    id: 'resource_id',
    without: ['listing_id', 'resource_id', 'private', 'metadata', 'version', 'created_at'],
  },
  schedule: {
    table: 'schedules',
    id: 'resource_id',
    without: ['listing_id', 'resource_id', 'version', 'updated_at'],
  },
  block: {
    table: 'blocks',
    id: 'block_id',
    without: [
      ...['listing_id', 'block_id', 'name', 'cut_off_at', 'to_give_back', 'version'],
      ...['created_at', 'updated_at'],
    ],
  },
}

/** Columns of `nights` that are no terms of the night. */
const NO_TERMS = ['listing_id', 'resource_id', 'night', 'pool_id', 'version']

/** An expression of SQL: what is set of a row, as JSON. */
export function settingsColumn(subject: SettingsSubject): string {
  const { table, without } = SETTINGS[subject]
  return `to_jsonb(${table}) - '{${without.join(',')}}'::text[]`
}

/** An expression of SQL: the terms of a night, as JSON. */
export function termsColumn(alias: string): string {
  return `to_jsonb(${alias}) - '{${NO_TERMS.join(',')}}'::text[]`
}

const read = (subject: SettingsSubject): string => {
  const { table, id } = SETTINGS[subject]
  return sql(`settings.read_${subject}`)`
  select ${id} as id, version, ${settingsColumn(subject)} as settings
  from ${table}
  where listing_id = $1
    and ${id} = any($2::uuid[])`
}

const READS: ReadonlyMap<SettingsSubject, string> = new Map([
  ['listing', read('listing')],
  ['resource', read('resource')],
  ['schedule', read('schedule')],
  ['block', read('block')],
])

interface VersionedSettings {
  readonly id: string
  readonly version: number
  readonly settings: Settings
}

/** Which entry is to be written, about what, and whose change it is. */
export interface Noting {
  readonly kind: SettingsEntryKind
  /** The id of the listing, the resource or the block. */
  readonly id: string
  readonly by: Attribution | undefined
}

/** Makes a change, which raises the version, and writes what it changed into the journal. */
export async function noted<Value>(
  tx: Tx,
  listingId: string,
  noting: Noting,
  change: () => Promise<Value> | Value,
): Promise<Value> {
  const look = () => readSettings(tx, listingId, noting.kind, [noting.id])
  const [before] = await look()
  const value = await change()
  const [after] = await look()
  if (after === undefined || after.version === before?.version) return value
  const difference =
    before === undefined ? { to: after.settings } : differenceOf(before.settings, after.settings)
  sendEntries(tx, listingId, [{ ...entryOf(noting, after.version), ...difference }])
  return value
}

/** Writes what was set of rows that this transaction has made. */
export async function noteOpened(
  tx: Tx,
  listingId: string,
  kind: 'listing_opened' | 'resource_opened',
  ids: readonly string[],
  by: Attribution | undefined,
): Promise<void> {
  if (ids.length === 0) return
  const rows = await readSettings(tx, listingId, kind, ids)
  const entries = rows.map(({ id, version, settings }): SettingsEntry => {
    return { ...entryOf({ kind, id, by }, version), to: settings }
  })
  sendEntries(tx, listingId, entries)
}

function readSettings(
  tx: Tx,
  listingId: string,
  kind: SettingsEntryKind,
  ids: readonly string[],
): Promise<readonly VersionedSettings[]> {
  const statement = READS.get(SETTINGS_ENTRY_SUBJECTS[kind])
  if (statement === undefined) throw new Error(`nothing is set by ${kind}`)
  return tx.query<VersionedSettings>(statement, [listingId, ids])
}

function entryOf({ kind, id, by }: Noting, version: number): Omit<SettingsEntry, 'from' | 'to'> {
  const column = subjectColumnOf(kind)
  const about =
    column === 'block_id' ? { blockId: id } : column === 'resource_id' ? { resourceId: id } : {}
  return { kind, version, ...about, ...(by && { by }) }
}
