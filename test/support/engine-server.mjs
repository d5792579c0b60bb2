/**
 * A server process reduced to its engine, for tests that kill it: it takes commands over its channel
 * and answers them, until it reaches the fail point that it was given. Runs what was built.
 */
import { createEngine } from '../../dist/engine/engine.js'
import { openDatabase } from '../../dist/storage/database.js'
import { STRATEGIES } from '../../dist/strategies/registry.js'

const { url, strategy, point, nth, acknowledgesEarly } = JSON.parse(process.argv[2])

let reached = 0
const database = openDatabase({
  url,
  connectionsMax: 4,
  reach(here) {
    if (here !== point) return
    reached += 1
    if (reached >= nth) process.kill(process.pid, 'SIGKILL')
  },
})

/** The mistake that a test has to find: the answer is out before COMMIT is. */
const hasty = {
  ...database,
  transaction: (isolation, work) =>
    new Promise((resolve, reject) => {
      database
        .transaction(isolation, async (tx) => {
          const decision = await work(tx)
          resolve(decision.value)
          await new Promise(setImmediate)
          return decision
        })
        .catch(reject)
    }),
}

const engine = createEngine({
  db: acknowledgesEarly ? hasty : database,
  strategy: STRATEGIES[strategy],
  retry: { attemptsMax: 30 },
})

process.on('disconnect', () => process.exit(0))
process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, answer: await engine[method](...args) })
  } catch (error) {
    process.send({ id, fault: error.code ?? String(error) })
  }
})
process.send({ ready: true })
