/**
 * A server process reduced to its engine, for tests that kill it: it takes commands over its channel
 * and answers them, until it reaches the fail point that it was given. Runs what was built.
 */
import { releaseBlock } from '../../../dist/engine/sale/block-release.js'
import { makeDefinite } from '../../../dist/engine/sale/blocks.js'
import { CONTESTANTS, createContestant } from '../../../dist/lab/race/contestants.js'
import { openDatabase } from '../../../dist/storage/driver/database.js'

const { url, strategy, point, nth } = JSON.parse(process.argv[2])

let reached = 0
const db = openDatabase({
  url,
  connectionsMax: 4,
  applicationName: 'holdfast lab server',
  reach(here) {
    if (here !== point) return
    reached += 1
    if (reached >= nth) process.kill(process.pid, 'SIGKILL')
  },
})

const engine = createContestant(CONTESTANTS[strategy], db, { retry: { attemptsMax: 30 } })

const blocks = { db, engine }
const methods = {
  ...engine,
  makeDefinite: (...args) => makeDefinite(blocks, ...args),
  releaseBlock: (...args) => releaseBlock(blocks, ...args),
}

process.on('disconnect', () => process.exit(0))
process.on('message', async ({ id, method, args }) => {
  try {
    process.send({ id, answer: await methods[method](...args) })
  } catch (error) {
    process.send({ id, fault: error.code ?? String(error) })
  }
})
process.send({ ready: true })
