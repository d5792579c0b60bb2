/**
 * Tidies overdue holds away, so that tables stay small and pages show what is free. A hold past its
 * time is over whether or not it was tidied away.
 *
 * Any number of servers may do so side by side: a transition happens once, whoever comes first.
 */
import type { Database } from '../../storage/driver/database.js'
import { findOverdue } from '../../storage/every-listing.js'
import type { Engine } from '../engine.js'
import { EXPIRED_TOGETHER_MAX } from '../transaction/expiry.js'

/**
 * One round: tidies away every hold that is overdue now, but for those that were set aside.
 *
 * @returns how many holds were found overdue
 */
export async function expireOverdue(
  db: Database,
  { expiry }: Pick<Engine, 'expiry'>,
): Promise<number> {
  for (let found = 0; ; ) {
    const overdue = await findOverdue(db, EXPIRED_TOGETHER_MAX, expiry.setAside())
    const byListing = new Map<string, string[]>()
    for (const { listingId, reservationId } of overdue) {
      const holds = byListing.get(listingId)
      if (holds === undefined) byListing.set(listingId, [reservationId])
      else holds.push(reservationId)
    }
    for (const [listingId, holds] of byListing) await expiry.expire(listingId, holds)
    found += overdue.length
    if (overdue.length < EXPIRED_TOGETHER_MAX) return found
  }
}
