/** How long one customer waits while others come and go as they like, at a part of full load. */
import type { StrategyName } from '../../src/strategies/strategy.js'
import { measure, openOverHttp } from '../measure.js'
import type { Results, Sample } from '../results.js'
import { type Cell, type Context, type Entry, engineCell, PLENTY } from './entry.js'
import { hotPool } from './hot-pool.js'

const SHARES = [25, 50, 75]
const COMPARED: readonly StrategyName[] = ['pessimistic', 'batched']
/** How many requests may be under way; more than that wait, and their latency grows. */
const CONNECTIONS = 400
/** A process that has just started is slow, and what it could not do yet it has to catch up with. */
const WARM_UPS = 3
/** The rarest percentile needs more requests than a rate does. */
const LENGTHS = 2
/** What finds the highest rate when the hot pool was not measured in the same run. */
const TRIAL_CLIENTS = 200

export const openLoop: Entry = {
  name: 'open-loop',
  title: 'Latency at a part of full load',
  about:
    'One hot pool over HTTP. Requests arrive as a Poisson process, at a share of the highest rate ' +
    'that the strategy reached in the same run, whether or not earlier ones were answered. Latency ' +
    'counts from the moment at which a request was meant to start.',
  async open(context) {
    const trials = new Map<StrategyName, number>()
    const highest = async (strategy: StrategyName, soFar: Results) => {
      const measured = soFar.highest(
        hotPool.name,
        (cell) => cell.subject === strategy && cell.way === 'HTTP',
      )
      if (measured !== undefined) return measured
      const tried = trials.get(strategy) ?? (await trial(context, strategy, soFar))
      trials.set(strategy, tried)
      return tried
    }
    const cells = COMPARED.flatMap((strategy) =>
      SHARES.map(
        (share): Cell => ({
          ...{ entry: openLoop.name, subject: `${strategy}, ${share} %`, way: 'HTTP' },
          clients: CONNECTIONS,
          async measure(round, soFar) {
            const ratePerSecond = ((await highest(strategy, soFar)) * share) / 100
            return arriving(context, strategy, ratePerSecond, round)
          },
        }),
      ),
    )
    return { cells }
  },
}

async function arriving(
  { options, stage }: Context,
  strategy: StrategyName,
  ratePerSecond: number,
  round: number,
): Promise<Sample> {
  await stage.empty()
  const work = await stage.newListing([PLENTY])
  const sample = await measure(openOverHttp, {
    ...{ stage, strategy, work, ratePerSecond, clients: CONNECTIONS, seed: round },
    warmUpMs: options.warmUpMs * WARM_UPS,
    ms: options.measureMs * LENGTHS,
  })
  return { ...sample, extra: { ...sample.extra, ratePerSecond } }
}

async function trial(context: Context, strategy: StrategyName, soFar: Results): Promise<number> {
  const cell = engineCell(context, {
    ...{ entry: openLoop.name, strategy, way: 'HTTP', clients: TRIAL_CLIENTS },
    work: (stage) => stage.newListing([PLENTY]),
  })
  const sample = await cell.measure(1, soFar)
  return 'skipped' in sample ? 1 : sample.perSecond
}
