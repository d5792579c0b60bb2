/**
 * Counts how often transactions wait for the database, for the lab alone: production's path has no
 * counter in it. Statements that leave together are waited for together, so they are one round trip;
 * BEGIN leaves with the first statement, and what is only sent leaves with COMMIT.
 */
import type { Database, Tx } from '../../storage/driver/database.js'

/** @param onTrip called once for every wait */
export function countingDatabase(db: Database, onTrip: () => void): Database {
  return {
    ...db,
    transaction: (isolation, work, options) =>
      db.transaction(
        isolation,
        async (tx) => {
          const watched = watch(tx, onTrip)
          const decision = await work(watched.tx)
          // Without a transaction there is no COMMIT, but what was sent is waited for.
          if (isolation !== 'none' || watched.sentLast()) onTrip()
          return decision
        },
        options,
      ),
  }
}

function watch(tx: Tx, onTrip: () => void): { tx: Tx; sentLast: () => boolean } {
  let underWay = 0
  let sentLast = false
  return {
    sentLast: () => sentLast,
    tx: {
      async query(statement, values) {
        if (underWay === 0) onTrip()
        underWay += 1
        sentLast = false
        try {
          return await tx.query(statement, values)
        } finally {
          underWay -= 1
        }
      },
      send(statement, values) {
        sentLast = true
        tx.send(statement, values)
      },
    },
  }
}
