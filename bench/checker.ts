/**
 * How long the judges take for a large history: `npx tsx bench/checker.ts [OPERATIONS]`.
 * The history is generated, of an engine that decides rightly. Busy seconds are
 * those of all threads, the garbage collector's too: on a loaded machine they say more.
 */
import { checkAnswers } from '../src/lab/checker/black-box.js'
import { checkExactly } from '../src/lab/checker/exact/exact.js'
import { ledgerOf } from '../src/lab/checker/exact/join.js'
import { judge } from '../src/lab/checker/judge.js'
import { createRandom } from '../src/lab/race/random.js'
import { makeHistory } from '../test/lab/checker/histories.js'

const operations = Number(process.argv[2] ?? 200_000)
const { history } = makeHistory({
  random: createRandom(1),
  operations,
  pools: 3,
  severalPools: false,
  capacityMax: 5000,
  wrongly: 0,
  ticksMax: 200,
  swap: false,
})

const judges = {
  'exact checker': () => checkExactly(ledgerOf(history)),
  'black-box checker': () => checkAnswers(history),
  'all judges': () => judge(history),
}
const { length } = history.operations
process.stdout.write(`${length} requests, ${history.movements.length} steps\n`)
for (const [name, run] of Object.entries(judges)) {
  const startedMs = performance.now()
  const before = process.cpuUsage()
  run()
  const seconds = (performance.now() - startedMs) / 1000
  const { user, system } = process.cpuUsage(before)
  const busy = (user + system) / 1e6
  process.stdout.write(`${name.padEnd(18)} ${seconds.toFixed(2)} s (${busy.toFixed(2)} s busy)\n`)
}
