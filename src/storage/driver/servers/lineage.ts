/**
 * Which history a server writes. Each promotion of a standby begins a new timeline of the same cluster; a
 * primary that comes back after it still writes the old one, and what it acknowledges is lost as soon as
 * it rejoins. (One that came back took writes for 2 s, and 265 acknowledged reservations went with it.)
 *
 * A row cannot tell: the old primary has the rows of its own history. So the process remembers the highest
 * timeline of each cluster that it has met on any connection, and refuses servers that write a lower one.
 */
import type pg from 'pg'
import { HoldfastError, isFault } from '../../../domain/errors.js'
import { isConnectionLoss } from '../sqlstate.js'
import { sql } from '../statement.js'

export interface Lineage {
  /** The cluster: all standbys have it from their primary. 64 bits, in digits. */
  readonly systemId: string
  readonly timeline: number
}

/** What a server says of itself. */
export interface Standing {
  /** True on a standby, and where the server, the database or the role was told to only read. */
  readonly onlyReads: boolean
  readonly isStandby: boolean
  /** Undefined where the server does not let the role know. */
  readonly lineage: Lineage | undefined
}

const READ_STANDING = sql('lineage.read_standing')`
  select current_setting('transaction_read_only') = 'on' as "onlyReads",
         pg_is_in_recovery() as "isStandby"`

/**
 * Of a primary the name of the file that it writes has the timeline, in eight hexadecimal digits: after a
 * promotion the control file still has the old one until the next checkpoint. A standby has what it was
 * sent so far. Every role may ask.
 */
const READ_LINEAGE = sql('lineage.read')`
  select system_identifier::text as "systemId",
         greatest(timeline_id, min_recovery_end_timeline) as kept,
         case when not pg_is_in_recovery() then pg_walfile_name(pg_current_wal_lsn()) end as file
  from pg_control_system(), pg_control_checkpoint(), pg_control_recovery()`

interface LineageRow {
  readonly systemId: string
  readonly kept: number
  readonly file: string | null
}

/** Asks a server, once for each connection, and remembers its timeline. */
export async function readStanding(client: pg.ClientBase, timeoutMs: number): Promise<Standing> {
  const ask = <Row extends object>(text: string) =>
    client.query<Row>({ text, query_timeout: timeoutMs } as pg.QueryConfig)
  const [standing, lineage] = await Promise.all([
    ask<Omit<Standing, 'lineage'>>(READ_STANDING),
    ask<LineageRow>(READ_LINEAGE).catch((error: unknown) => {
      // A service that hides its control file is trusted with its own failovers.
      if (isConnectionLoss(error)) throw error
      return undefined
    }),
  ])
  const [row] = standing.rows
  if (row === undefined) throw new Error('a server has settings')
  return { ...row, lineage: lineageOf(lineage?.rows[0]) }
}

function lineageOf(row: LineageRow | undefined): Lineage | undefined {
  if (row === undefined) return undefined
  const { systemId, kept, file } = row
  const lineage = { systemId, timeline: Math.max(kept, timelineOf(file)) }
  learn(lineage)
  return lineage
}

function timelineOf(file: string | null): number {
  return file === null ? 0 : Number.parseInt(file.slice(0, 8), 16)
}

/** The highest timeline of each cluster that this process has met. */
const highest = new Map<string, number>()
const listeners = new Set<(lineage: Lineage) => void>()

/** Remembers a timeline; those who listen hear of one that is higher than all before. */
export function learn(lineage: Lineage): void {
  if (lineage.timeline <= highestTimeline(lineage.systemId)) return
  highest.set(lineage.systemId, lineage.timeline)
  for (const listener of listeners) listener(lineage)
}

/** The highest timeline of a cluster that this process has met; 0 for none. */
export function highestTimeline(systemId: string): number {
  return highest.get(systemId) ?? 0
}

/** What a process hands on to one that it starts. */
export function knownLineages(): Lineage[] {
  return [...highest].map(([systemId, timeline]) => ({ systemId, timeline }))
}

/** Calls `listener` with each timeline that is higher than all before, from now on. */
export function onLearned(listener: (lineage: Lineage) => void): void {
  listeners.add(listener)
}

/** The higher timeline that was met of the same cluster; undefined when there is none. */
export function overtakenBy(lineage: Lineage | undefined): number | undefined {
  if (lineage === undefined) return undefined
  const higher = highestTimeline(lineage.systemId)
  return higher > lineage.timeline ? higher : undefined
}

/** How the sentence begins about a server that a promotion has left behind. */
export const OVERTAKEN = 'the database is an old primary'

/** Why a server is refused; the end of a sentence. */
export function overtakenSentence(timeline: number, higher: number): string {
  return `it writes timeline ${timeline}, and a standby was promoted to timeline ${higher}`
}

/** @throws HoldfastError `database_unavailable` for a server that a promotion has left behind */
export function refuseOvertaken({ isStandby, lineage }: Standing): void {
  const higher = overtakenBy(lineage)
  if (isStandby || lineage === undefined || higher === undefined) return
  throw new HoldfastError(
    'database_unavailable',
    `${OVERTAKEN}: ${overtakenSentence(lineage.timeline, higher)}; stop it, or let it follow the new one`,
  )
}

/** True for the fault of a server that a promotion has left behind. */
export function isOvertaken(error: unknown): boolean {
  return isFault(error, 'database_unavailable') && error.message.startsWith(OVERTAKEN)
}
