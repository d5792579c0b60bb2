/**
 * Holds the books against each other, on a live database: one snapshot sees all of them at one moment,
 * and nobody has to wait. Counters, lines and versions are summed by the database; the journal is
 * replayed into what every reservation and every pool should be, and that is compared with the rows.
 */

import { replayPool } from '../../domain/replay/pool.js'
import type { Finding } from '../../domain/replay/replay.js'
import { replayReservation } from '../../domain/replay/reservation.js'
import { replaySettings } from '../../domain/replay/settings.js'
import { type Database, type Decision, rollback, type Tx } from '../../storage/driver/database.js'
import { AUDIT_OF_EVERY_LISTING, findAuditedListings } from '../../storage/every-listing.js'
import {
  AUDIT_OF_LISTING,
  type AuditSize,
  type AuditStatements,
  allowWholeTables,
} from '../../storage/reads/audit/audit.js'
import {
  readPoolBooks,
  readReservationBooks,
  readSettingsBooks,
} from '../../storage/reads/audit/books.js'
import type { AuditCheck, DriftRow } from '../../storage/reads/audit/checks.js'

/** A row at which something does not add up. */
export interface Drift extends Finding {
  readonly listingId: string
  /** Which two accounts disagree; see `AUDIT_CHECKS`. */
  readonly check: AuditCheck
}

export interface AuditReport extends AuditSize {
  readonly ok: boolean
  /** What does not add up, at most 100 entries for each check of a table. */
  readonly drift: readonly Drift[]
}

/** A check reads whole tables, which may be large. */
const CHECK_TIMEOUT_MS = 3_600_000

/** The most rows that one check lists. */
const DRIFT_MAX = 100

/**
 * @param listingId audits one listing only; default all of them
 * @param driftMax how many rows each check lists at the most. For tests: one damages hundreds at once
 */
export async function audit(
  db: Pick<Database, 'transaction' | 'query' | 'hasShards'>,
  listingId?: string,
  driftMax = DRIFT_MAX,
): Promise<AuditReport> {
  // Where nodes have rows of their own, no snapshot sees all of them at one moment; a listing is on one node.
  return listingId === undefined && (await db.hasShards())
    ? auditOneByOne(db, driftMax)
    : auditAtOnce(db, listingId, driftMax)
}

async function auditOneByOne(
  db: Pick<Database, 'transaction' | 'query'>,
  driftMax: number,
): Promise<AuditReport> {
  const total = { pools: 0, reservations: 0 }
  const drift: Drift[] = []
  const perCheck = new Map<string, number>()
  for (const listingId of await findAuditedListings(db)) {
    const report = await auditAtOnce(db, listingId, driftMax)
    total.pools += Number(report.pools)
    total.reservations += Number(report.reservations)
    for (const each of report.drift) {
      const check = `${each.check}/${each.table}`
      const listed = (perCheck.get(check) ?? 0) + 1
      perCheck.set(check, listed)
      if (listed <= driftMax) drift.push(each)
    }
  }
  return { ok: drift.length === 0, ...total, drift }
}

function auditAtOnce(
  db: Pick<Database, 'transaction'>,
  listingId: string | undefined,
  driftMax: number,
): Promise<AuditReport> {
  const [statements, values] =
    listingId === undefined ? [AUDIT_OF_EVERY_LISTING, []] : [AUDIT_OF_LISTING, [listingId]]
  const look = async (tx: Tx): Promise<Decision<AuditReport>> => {
    await allowWholeTables(tx)
    const [found] = await tx.query<AuditSize>(statements.size, values)
    const drift = [
      ...(await runChecks(tx, statements, [...values, driftMax])),
      ...(await replayJournal(tx, statements, { values, driftMax })),
    ]
    return rollback({ ok: drift.length === 0, pools: 0, reservations: 0, ...found, drift })
  }
  return db.transaction('repeatable read', look, { queryTimeoutMs: CHECK_TIMEOUT_MS })
}

async function runChecks(
  tx: Tx,
  { checks }: AuditStatements,
  values: readonly unknown[],
): Promise<Drift[]> {
  const drift: Drift[] = []
  for (const { check, text } of checks) {
    const rows = await tx.query<DriftRow>(text, values)
    drift.push(...rows.map((row) => ({ ...row, check })))
  }
  return drift
}

async function replayJournal(
  tx: Tx,
  { cursors }: AuditStatements,
  { values, driftMax }: { readonly values: readonly unknown[]; readonly driftMax: number },
): Promise<Drift[]> {
  const drift: Drift[] = []
  const perTable = new Map<string, number>()
  const note = (listingId: string, findings: readonly Finding[]) => {
    for (const finding of findings) {
      const listed = (perTable.get(finding.table) ?? 0) + 1
      perTable.set(finding.table, listed)
      if (listed <= driftMax) drift.push({ listingId, check: 'journal', ...finding })
    }
  }
  await readReservationBooks(tx, cursors, values, (listingId, id, books) => {
    note(listingId, replayReservation(id, books))
  })
  await readPoolBooks(tx, cursors, values, (listingId, id, { rows, entries }) => {
    note(listingId, replayPool(id, rows[0], entries))
  })
  await readSettingsBooks(tx, cursors, values, (listingId, id, { rows, entries }) => {
    note(listingId, replaySettings(id, rows, entries))
  })
  return drift
}
