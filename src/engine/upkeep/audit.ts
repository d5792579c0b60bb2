/**
 * Holds the counters, the lines, the versions and the journal against each other, for every pool,
 * on a live database: one snapshot sees all of them at one moment, and nobody has to wait.
 */

import { type Database, type Decision, rollback, type Tx } from '../../storage/driver/database.js'
import { AUDIT_CHECKS, AUDIT_SETTINGS, AUDIT_SIZE, type Drift } from '../../storage/reads/audit.js'

export type { Drift }

export interface AuditReport {
  readonly ok: boolean
  readonly pools: number
  readonly reservations: number
  /** What does not add up, at most `DRIFT_MAX` entries for each check. */
  readonly drift: readonly Drift[]
}

const DRIFT_MAX = 100
/** A check reads whole tables, which may be large. */
const CHECK_TIMEOUT_MS = 3_600_000

/** @param listingId audits one listing only; default all of them */
export function audit(db: Database, listingId?: string): Promise<AuditReport> {
  const values = [listingId ?? null]
  const look = async (tx: Tx): Promise<Decision<AuditReport>> => {
    await tx.query(AUDIT_SETTINGS)
    const [size] = await tx.query<{ pools: number; reservations: number }>(AUDIT_SIZE, values)
    const drift: Drift[] = []
    for (const [check, { sql }] of Object.entries(AUDIT_CHECKS)) {
      const rows = await tx.query<Omit<Drift, 'check'>>(`${sql} limit ${DRIFT_MAX}`, values)
      drift.push(...rows.map((row) => ({ ...row, check })))
    }
    return rollback({ ok: drift.length === 0, pools: 0, reservations: 0, ...size, drift })
  }
  return db.transaction('repeatable read', look, { queryTimeoutMs: CHECK_TIMEOUT_MS })
}
