/**
 * ack-before-commit: the customer is told yes, and then COMMIT is sent. UNSAFE.
 *
 * As long as every COMMIT succeeds nobody notices. When the server is killed in between, or the
 * connection breaks, or the database refuses at the very end, the customer has a confirmation of
 * something that is not there, and the room is sold to somebody else.
 *
 * Found in: Evento, which ignores what its COMMIT returns; ardanlabs/service#385,
 * tracewayapp/traceway#364, infrahq/infra#2697, where a middleware commits once the handler has
 * written its response.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../../storage/driver/database.js'
import { pessimistic } from '../../strategies/pessimistic.js'
import type { Control } from './control.js'

export const ackBeforeCommit: Control = {
  ...pessimistic,
  name: 'ack-before-commit',
  idea: 'say yes, then commit',
  safe: false,
  spoil: (db) => ({ ...db, transaction: answeringFirst(db) }),
}

/** What such a middleware does after the response: hooks, a line to a log far away. COMMIT is last. */
const AFTERWARDS_MS = 80

function answeringFirst(db: Database): Database['transaction'] {
  return (isolation, work, options) =>
    new Promise((resolve, reject) => {
      const committed = db.transaction(
        isolation,
        async (tx) => {
          const decision = await work(tx)
          if (decision.keep) {
            resolve(decision.value)
            await pause(AFTERWARDS_MS)
          }
          return decision
        },
        options,
      )
      // A commit that fails after the answer reaches nobody: a promise is settled once.
      committed.then(resolve, reject)
    })
}
