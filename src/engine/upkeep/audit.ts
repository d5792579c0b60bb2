/**
 * Holds the counters, the lines, the versions and the journal against each other, for every pool,
 * on a live database: one snapshot sees all of them at one moment, and nobody has to wait.
 */

import { type Database, type Decision, rollback, type Tx } from '../../storage/driver/database.js'
import { AUDIT_OF_EVERY_LISTING } from '../../storage/every-listing.js'
import {
  AUDIT_OF_LISTING,
  type AuditSize,
  allowWholeTables,
  type Drift,
} from '../../storage/reads/audit.js'

export type { Drift }

export interface AuditReport extends AuditSize {
  readonly ok: boolean
  /** What does not add up, at most 100 entries for each check. */
  readonly drift: readonly Drift[]
}

/** A check reads whole tables, which may be large. */
const CHECK_TIMEOUT_MS = 3_600_000

/** @param listingId audits one listing only; default all of them */
export function audit(db: Database, listingId?: string): Promise<AuditReport> {
  const [{ size, checks }, values] =
    listingId === undefined ? [AUDIT_OF_EVERY_LISTING, []] : [AUDIT_OF_LISTING, [listingId]]
  const look = async (tx: Tx): Promise<Decision<AuditReport>> => {
    await allowWholeTables(tx)
    const [found] = await tx.query<AuditSize>(size, values)
    const drift: Drift[] = []
    for (const [check, statement] of Object.entries(checks)) {
      const rows = await tx.query<Omit<Drift, 'check'>>(statement, values)
      drift.push(...rows.map((row) => ({ ...row, check })))
    }
    return rollback({ ok: drift.length === 0, pools: 0, reservations: 0, ...found, drift })
  }
  return db.transaction('repeatable read', look, { queryTimeoutMs: CHECK_TIMEOUT_MS })
}
