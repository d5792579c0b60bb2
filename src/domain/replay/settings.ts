/** Replays what sellers set, entry by entry, and holds the rows against it. Pure. */
import {
  isSameSetting,
  SETTINGS_ENTRY_SUBJECTS,
  type Settings,
  type SettingsEntryKind,
  type SettingsSubject,
} from '../journal.js'
import { type Finding, inOrder, misfit, partOf, type StoredEntry, type Value } from './replay.js'

/** What is set of something, as its row says. */
export interface StoredSettings {
  readonly table: string
  /** The row's key within its listing. */
  readonly key: string
  readonly version: number
  readonly settings: Settings
  /** True for a block's own resource: nobody sets anything of it, so it has no entries. */
  readonly unset: boolean
}

/** What the entries of one subject come to, so far. */
interface Replayed {
  readonly version: number
  readonly settings: Settings
}

/** What a kind of entry does beside setting what it says. */
interface Rule {
  /** It may be the first one. */
  readonly opens?: true
  /** It may follow others. */
  readonly follows?: true
  /** What it sets. */
  readonly sets?: Settings
  /** What it sets, unless it was set already. */
  readonly leads?: Settings
  /** What it never sets: others do. */
  readonly never?: readonly string[]
}

/** For tests: every kind of entry about settings has its rule. */
export const SETTINGS_RULES: Readonly<Record<SettingsEntryKind, Rule>> = {
  listing_opened: { opens: true },
  listing_changed: { follows: true, never: ['archived'] },
  listing_archived: { follows: true, sets: { archived: true } },
  listing_unarchived: { follows: true, sets: { archived: false } },
  resource_opened: { opens: true },
  resource_changed: { follows: true, never: ['archived'] },
  resource_archived: { follows: true, sets: { archived: true } },
  resource_unarchived: { follows: true, sets: { archived: false } },
  schedule_set: { opens: true, follows: true },
  block_opened: { opens: true },
  block_definite: { follows: true, sets: { state: 'definite' } },
  block_released: { follows: true, leads: { state: 'released' } },
}

/**
 * What columns begin with that a later version adds: rows of before have no entry that tells of them.
 * Every other column of a row is known from its entries.
 */
const ADDED: Readonly<Record<SettingsSubject, Settings>> = {
  listing: {},
  resource: {},
  schedule: {},
  block: {},
}

/** What a block's own resource is: nobody can set anything of it. Its name is checked as its block's. */
const UNSET: Settings = {
  exclusive: false,
  time_zone: null,
  notice_minutes: 0,
  horizon_days: null,
  archived: false,
}

/**
 * Holds a row against its entries.
 *
 * @param subject `listing`, or the kind of subject and its id with a slash between them
 */
export function replaySettings(
  subject: string,
  rows: readonly StoredSettings[],
  entries: readonly StoredEntry[],
): Finding[] {
  const [row] = rows
  const findings: Finding[] = []
  let last: Replayed | undefined
  for (const entry of inOrder(entries)) {
    const { after, wrong } = followed(last, entry, subject)
    findings.push(...wrong)
    last = after
  }
  if (row === undefined) {
    const [, key = subject] = subject.split('/')
    const missing = { table: tableOf(subject), key, column: 'row' }
    return last === undefined
      ? findings
      : [...findings, { ...missing, expected: 'one', actual: 'none' }]
  }
  const expected = row.unset ? { version: 1, settings: UNSET } : last
  const { table, key } = row
  if (expected === undefined) {
    return [...findings, { table, key, column: 'row', expected: 'none', actual: 'one' }]
  }
  if (row.unset && last !== undefined) {
    findings.push({ table, key, column: 'private', expected: false, actual: true })
  }
  return [...findings, ...rowFindings(row, expected)]
}

function rowFindings(
  { table, key, version, settings, unset }: StoredSettings,
  expected: Replayed,
): Finding[] {
  const findings: Finding[] = []
  if (version !== expected.version) {
    findings.push({ table, key, column: 'version', expected: expected.version, actual: version })
  }
  const known = expected.settings
  const columns = unset ? Object.keys(known) : Object.keys({ ...known, ...settings })
  for (const column of columns) {
    const [value, actual] = [known[column], settings[column]]
    if (column in known && isSameSetting(value, actual)) continue
    const nothing = column in known ? null : 'what an entry tells'
    findings.push({ table, key, column, expected: shown(value) ?? nothing, actual: shown(actual) })
  }
  return findings
}

/** What comes of an entry, and what is wrong with it. */
function followed(before: Replayed | undefined, entry: StoredEntry, subject: string) {
  const { kind, detail } = entry
  const wrong: Finding[] = []
  // Subjects come from the audit's own statements, which begin them with their kind.
  const [subjectKind] = subject.split('/') as [SettingsSubject]
  const rule = (SETTINGS_RULES as Readonly<Record<string, Rule | undefined>>)[kind]
  const isAbout = (SETTINGS_ENTRY_SUBJECTS as Readonly<Record<string, string>>)[kind]
  const mayCome = before === undefined ? rule?.opens : rule?.follows
  if (mayCome !== true || isAbout !== subjectKind) {
    const wanted = before === undefined ? `what opens a ${subject}` : `what changes a ${subject}`
    wrong.push(misfit(entry, 'kind', wanted, kind))
  }
  const version = partOf(detail, 'version', 'number')
  if (version === undefined || (before !== undefined && version !== before.version + 1)) {
    const wanted = before === undefined ? 'a version' : `version ${before.version + 1}`
    wrong.push(misfit(entry, 'detail', wanted, `version ${version}`))
  }
  const to = settingsIn(detail, 'to')
  const from = settingsIn(detail, 'from')
  if (to === undefined || (from === undefined) !== (before === undefined)) {
    wrong.push(misfit(entry, 'detail', 'what was set', 'something else'))
  }
  const settings = { ...(before?.settings ?? ADDED[subjectKind]), ...to }
  for (const name of new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])) {
    const had = before?.settings[name]
    const isKnown = before !== undefined && name in before.settings
    const follows = isKnown && from !== undefined && name in from && isSameSetting(from[name], had)
    if (
      (before !== undefined && !follows) ||
      to === undefined ||
      !(name in to) ||
      rule?.never?.includes(name) === true
    ) {
      wrong.push(misfit(entry, 'detail', `${name} from ${shown(had)}`, shown(from?.[name])))
    }
  }
  for (const [name, value] of Object.entries({ ...rule?.leads, ...rule?.sets })) {
    const becomes = (rule?.sets === undefined ? settings : to)?.[name]
    if (isSameSetting(becomes, value)) continue
    wrong.push(misfit(entry, 'detail', `${name} becomes ${shown(value)}`, shown(becomes)))
  }
  const next = version ?? (before?.version ?? 0) + 1
  return { after: { version: next, settings }, wrong }
}

/** One side of what changed, if an entry has it. */
export function settingsIn(detail: unknown, name: 'from' | 'to'): Settings | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined
  const value = (detail as Record<string, unknown>)[name]
  return typeof value === 'object' && value !== null ? (value as Settings) : undefined
}

/** A setting as findings show it: text as it is, anything larger as JSON. */
export function shown(value: unknown): Value {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return JSON.stringify(value)
  return value as Value
}

function tableOf(subject: string): string {
  const [kind] = subject.split('/')
  return `${kind}s`
}
