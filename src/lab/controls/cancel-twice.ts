/**
 * cancel-twice: look whether the reservation is confirmed, without locking it, and give its units
 * back. UNSAFE.
 *
 * Two clicks on "cancel", or a retry that overtakes its first try, both see "confirmed" and both
 * give back. Each give-back by itself is done well, with the pool locked; it is one too many. The
 * pool then says that more is free than is, and the next customer gets somebody else's room.
 *
 * Found in: KanishJebaMathewM/Truxify#3637, where two cancels at once refund an order twice.
 */
import type { Database, Tx } from '../../storage/driver/database.js'
import { sql } from '../../storage/driver/statement.js'
import { COLUMNS, LOCK_RESERVATIONS } from '../../storage/tables/reservations.js'
import { pessimistic } from '../../strategies/pessimistic.js'
import type { Control } from './control.js'

export const cancelTwice: Control = {
  ...pessimistic,
  name: 'cancel-twice',
  idea: 'look at the reservation without locking it, then give back',
  safe: false,
  spoil: (db) => ({ ...db, transaction: notLockingReservations(db) }),
}

/** What the engine reads of reservations, without the lock. */
const LOOK = sql('cancel_twice.look')`
  select ${COLUMNS}
  from reservations
  where listing_id = $1
    and reservation_id = any($2::uuid[])
  order by reservation_id`

function notLockingReservations(db: Database): Database['transaction'] {
  const unlocked = (tx: Tx): Tx => ({
    ...tx,
    query: (statement, values) =>
      tx.query(statement === LOCK_RESERVATIONS ? LOOK : statement, values),
  })
  return (isolation, work, options) =>
    db.transaction(isolation, (tx) => work(unlocked(tx)), options)
}
