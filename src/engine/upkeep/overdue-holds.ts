/**
 * Tidies overdue holds away, so that tables stay small and pages show what is free. A hold past its
 * time is over whether or not it was tidied away.
 *
 * Any number of servers may do so side by side: a transition happens once, whoever comes first.
 */
import type { Database } from '../../storage/driver/database.js'
import { findOverdue } from '../../storage/every-listing.js'
import type { Engine } from '../engine.js'

const BATCH = 200

/**
 * One round: tidies away every hold that is overdue now.
 *
 * @returns how many holds were found overdue
 */
export async function expireOverdue(db: Database, engine: Pick<Engine, 'expire'>): Promise<number> {
  for (let found = 0; ; ) {
    const overdue = await findOverdue(db, BATCH)
    for (const { listingId, reservationId } of overdue) {
      await engine.expire(listingId, reservationId)
    }
    found += overdue.length
    if (overdue.length < BATCH) return found
  }
}
