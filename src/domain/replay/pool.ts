/** Replays the journal of a pool: what it is, what it has, and whether it is on offer. Pure. */
import { isSameSetting, type PoolEntryKind, type Settings } from '../journal.js'
import {
  compared,
  type Finding,
  inOrder,
  misfit,
  partOf,
  type StoredEntry,
  type Value,
} from './replay.js'
import { settingsIn, shown } from './settings.js'

/** A pool as its row says, with the night that it is by another table. */
export interface StoredPool {
  readonly poolId: string
  readonly resourceId: string
  readonly exclusive: boolean
  readonly closed: boolean
  readonly fromMs: number | null
  readonly toMs: number | null
  readonly capacity: number
  readonly taken: number
  readonly overcommitted: number
  readonly version: number
  /** The nights whose pool it is: at most one, of its own resource. */
  readonly nights: readonly StoredNight[]
}

/** A night as its row says. */
export interface StoredNight {
  readonly night: string
  readonly resourceId: string
  /** How often its terms were changed. */
  readonly version: number
  /** What the hotel asks of whoever arrives, by the names of the columns. */
  readonly terms: Settings
}

/** The terms that a night begins with. */
const FIRST_TERMS: Settings = {
  minimum_stay: 1,
  maximum_stay: null,
  on_sale: true,
  closed_to_arrival: false,
  closed_to_departure: false,
}

/** What the journal comes to. */
type ReplayedPool = Pick<
  StoredPool,
  'resourceId' | 'exclusive' | 'closed' | 'fromMs' | 'toMs' | 'capacity'
> & {
  readonly night: string | null
  readonly version: number
  readonly termsVersion: number
  readonly terms: Settings
}

/** What an entry makes of a pool; undefined for an entry that makes no sense. */
type Rule = (detail: unknown, before: ReplayedPool | undefined) => ReplayedPool | undefined

/** For tests: every kind of entry about a pool has its rule. */
export const POOL_RULES: Readonly<Record<PoolEntryKind, Rule>> = {
  pool_opened: (detail, before) => {
    const [resourceId, capacity, version] = [
      partOf(detail, 'resource_id', 'string'),
      partOf(detail, 'capacity', 'number'),
      partOf(detail, 'version', 'number'),
    ]
    if (before !== undefined || resourceId === undefined) return undefined
    if (capacity === undefined || version === undefined) return undefined
    return {
      ...{ resourceId, capacity, version },
      exclusive: partOf(detail, 'exclusive', 'boolean') ?? false,
      closed: partOf(detail, 'closed', 'boolean') ?? false,
      fromMs: partOf(detail, 'from_ms', 'number') ?? null,
      toMs: partOf(detail, 'to_ms', 'number') ?? null,
      night: partOf(detail, 'night', 'string') ?? null,
      ...{ termsVersion: 0, terms: FIRST_TERMS },
    }
  },
  capacity_changed: (detail, before) => {
    const [from, to, version] = [
      partOf(detail, 'from', 'number'),
      partOf(detail, 'to', 'number'),
      partOf(detail, 'version', 'number'),
    ]
    if (from === undefined || to === undefined || version === undefined) return undefined
    if (before === undefined || from !== before.capacity || version <= before.version) {
      return undefined
    }
    const closed = partOf(detail, 'closed', 'boolean') ?? before.closed
    return { ...before, capacity: to, version, closed }
  },
  time_changed: (detail, before) => {
    const [fromMs, toMs, version] = [
      partOf(detail, 'from_ms', 'number'),
      partOf(detail, 'to_ms', 'number'),
      partOf(detail, 'version', 'number'),
    ]
    if (fromMs === undefined || toMs === undefined || version === undefined) return undefined
    if (before === undefined || before.night === null || version <= before.version) return undefined
    return { ...before, fromMs, toMs, version }
  },
  night_terms_changed: (detail, before) => {
    const termsVersion = partOf(detail, 'version', 'number')
    const [from, to] = [settingsIn(detail, 'from'), settingsIn(detail, 'to')]
    if (before === undefined || before.night === null) return undefined
    if (termsVersion !== before.termsVersion + 1 || from === undefined || to === undefined) {
      return undefined
    }
    const names = Object.keys({ ...from, ...to })
    const fits = names.every(
      (name) => name in from && name in to && isSameSetting(from[name], before.terms[name]),
    )
    return fits ? { ...before, termsVersion, terms: { ...before.terms, ...to } } : undefined
  },
}

const COLUMNS = {
  resourceId: 'resource_id',
  exclusive: 'exclusive',
  closed: 'closed',
  fromMs: 'during',
  toMs: 'during',
  capacity: 'capacity',
  overcommitted: 'overcommitted',
} as const

/**
 * Holds a pool's row, and its night's, against its entries.
 *
 * @param pool undefined when there is no such pool
 */
export function replayPool(
  poolId: string,
  pool: StoredPool | undefined,
  entries: readonly StoredEntry[],
): Finding[] {
  const { state, findings } = replayed(entries)
  const row = { table: 'pools', key: poolId, column: 'row' }
  if (pool === undefined) return [{ ...row, expected: 'one', actual: 'none' }]
  if (state === undefined) return [{ ...row, expected: 'none', actual: 'one' }, ...findings]
  const expected = {
    ...state,
    // Never more than what is taken beyond the capacity: the guard is no wider than it has to be.
    overcommitted: Math.max(0, pool.taken - pool.capacity),
  }
  return [
    ...findings,
    ...compared<Readonly<Record<keyof typeof COLUMNS, Value>>>('pools', poolId, COLUMNS, {
      expected,
      actual: pool,
    }),
    ...nightFindings(poolId, pool, state.night),
    ...termsFindings(poolId, pool, state),
  ]
}

function replayed(entries: readonly StoredEntry[]) {
  const findings: Finding[] = []
  const opening = entries.find(({ kind }) => kind === 'pool_opened')
  const openedAt = partOf(opening?.detail, 'version', 'number') ?? 0
  let state: ReplayedPool | undefined
  // A night's terms have versions of their own.
  const isOfTerms = ({ kind }: StoredEntry) => kind === 'night_terms_changed'
  const ofPool = entries.filter((entry) => !isOfTerms(entry))
  for (const entry of [...inOrder(ofPool), ...inOrder(entries.filter(isOfTerms))]) {
    const rule = (POOL_RULES as Readonly<Record<string, Rule | undefined>>)[entry.kind]
    const version = partOf(entry.detail, 'version', 'number') ?? -1
    // A database that was upgraded has entries from before the one that opens its history.
    if (entry.kind === 'capacity_changed' && version >= 0 && version <= openedAt) continue
    const next = rule?.(entry.detail, state)
    if (next === undefined) {
      const wanted = state === undefined ? 'what opens a pool' : `from ${state.capacity}`
      findings.push(misfit(entry, 'detail', wanted, `${entry.kind}, version ${version}`))
    }
    state = next ?? state
  }
  return { state, findings }
}

function nightFindings(
  poolId: string,
  { resourceId, nights }: StoredPool,
  night: string | null,
): Finding[] {
  const [first] = nights
  const actual = nights.length > 1 ? `${nights.length} nights` : (first?.night ?? null)
  if (actual !== night) {
    return [{ table: 'nights', key: poolId, column: 'pool_id', expected: night, actual }]
  }
  if (first === undefined || first.resourceId === resourceId) return []
  const resources = { expected: resourceId, actual: first.resourceId }
  return [{ table: 'nights', key: poolId, column: 'resource_id', ...resources }]
}

function termsFindings(
  poolId: string,
  { nights }: StoredPool,
  { termsVersion, terms }: ReplayedPool,
): Finding[] {
  const [night] = nights
  if (night === undefined) return []
  const known = { ...terms, version: termsVersion }
  const found: Settings = { ...night.terms, version: night.version }
  return Object.entries(known).flatMap(([column, value]) =>
    isSameSetting(value, found[column])
      ? []
      : [
          {
            ...{ table: 'nights', key: poolId, column },
            ...{ expected: shown(value), actual: shown(found[column]) },
          },
        ],
  )
}
