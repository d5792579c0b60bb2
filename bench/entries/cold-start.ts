/**
 * A fresh installation's first seconds. A statement that was prepared while its table was empty can
 * keep a plan that reads the whole table, for as long as its connection lives: then a new system is
 * slower than an old one, and nobody knows why.
 */
import { openInProcess, sampleOf } from '../measure.js'
import { median, type Sample } from '../results.js'
import { openStage } from '../stage.js'
import { type Cell, type Context, type Entry, PLENTY } from './entry.js'

const CLIENTS = 64
/** Counted from 0: the first second that has to be warm. */
const JUDGED_SECOND = 2
const SECONDS = 8
const SECONDS_QUICK = 6
const WARM_SECONDS = 3

export const coldStart: Entry = {
  name: 'cold-start',
  title: 'From a cold start',
  about:
    'A database made a moment ago, a process started a moment ago, no warm-up: `batched` in ' +
    `process, ${CLIENTS} clients, the rate of the third second against the median of the last ` +
    `${WARM_SECONDS}.`,
  async open(context) {
    const cell: Cell = {
      ...{ entry: coldStart.name, subject: 'batched', way: 'in process', clients: CLIENTS },
      measure: (round) => startCold(context, round),
    }
    return { cells: [cell] }
  },
}

async function startCold({ serverUrl, options }: Context, seed: number): Promise<Sample> {
  const seconds = options.size === 'quick' ? SECONDS_QUICK : SECONDS
  const stage = await openStage(serverUrl, 'holdfast_bench_cold')
  try {
    const work = await stage.newListing([PLENTY])
    const ms = seconds * 1000
    const engine = await openInProcess({
      ...{ stage, strategy: 'batched', work, clients: CLIENTS, seed },
      ...{ warmUpMs: 0, ms },
    })
    try {
      const loop = await engine.run()
      await stage.check(loop.countEver)
      const { countBySecond } = loop
      const bySecond = countBySecond.map((count, i) => [`second${i + 1}`, count] as const)
      return sampleOf(loop, {
        ...Object.fromEntries(bySecond),
        third: countBySecond[JUDGED_SECOND] ?? 0,
        warm: median(countBySecond.slice(-WARM_SECONDS)),
      })
    } finally {
      await engine.stop()
    }
  } finally {
    await stage.close()
  }
}
