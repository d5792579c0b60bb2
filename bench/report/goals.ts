/** What the bench is to show, line by line, as ratios of medians of one run. */
import { alone } from '../entries/alone.js'
import { BULK_SUBJECT, bulk } from '../entries/bulk.js'
import { coldStart } from '../entries/cold-start.js'
import { BUYERS_ARE, greedy } from '../entries/greedy.js'
import { GROWTH, growth } from '../entries/growth.js'
import { hotPool } from '../entries/hot-pool.js'
import { LISTENERS, notices } from '../entries/notices.js'
import { PGBENCH_SUBJECT, pgbench } from '../entries/pgbench.js'
import { thousandPools } from '../entries/shapes.js'
import { longStorm, storm } from '../entries/storm.js'
import type { Results, Summary, Way } from '../results.js'

export interface Goal {
  readonly says: string
  /** The ratio that was measured; undefined when one of its sides was not. */
  readonly measured: number | undefined
  readonly bound: number
  readonly sense: 'at least' | 'at most'
}

export function isReached({ measured, bound, sense }: Goal): boolean | undefined {
  if (measured === undefined || Number.isNaN(measured)) return undefined
  return sense === 'at least' ? measured >= bound : measured <= bound
}

/** The best that connections up to this number reach is what a guarded statement is judged by. */
const PGBENCH_CONNECTIONS_MAX = 64

export function goalsOf(results: Results): Goal[] {
  return [...hotPoolGoals(results), ...otherGoals(results)]
}

function hotPoolGoals(results: Results): Goal[] {
  const hot = (subject: string, way: Way, clients: number) =>
    results.find({ entry: hotPool.name, subject, way, clients })
  const statement = results.highest(
    pgbench.name,
    (cell) => cell.subject === PGBENCH_SUBJECT && cell.clients <= PGBENCH_CONNECTIONS_MAX,
  )
  const limit = results.highest(bulk.name, (cell) => cell.subject === BULK_SUBJECT)
  const overHttp = [64, 200].flatMap((clients): Goal[] => {
    const batched = hot('batched', 'HTTP', clients)
    const pessimistic = hot('pessimistic', 'HTTP', clients)
    const where = `over HTTP, hot pool, ${clients} clients`
    return [
      {
        says: `${where}: rate to that of \`pessimistic\` (10 is the aim)`,
        measured: ratio(rateOf(batched), rateOf(pessimistic)),
        ...atLeast(6),
      },
      {
        says: `${where}: p99 to that of \`pessimistic\``,
        measured: ratio(batched?.p99Ms, pessimistic?.p99Ms),
        ...atMost(1),
      },
      {
        says: `${where}: rate to the best of one guarded statement by pgbench`,
        measured: ratio(rateOf(batched), statement),
        ...atLeast(2),
      },
    ]
  })
  return [
    ...overHttp,
    {
      says: 'in process, hot pool, 200 clients: rate to the best of one guarded statement by pgbench',
      measured: ratio(rateOf(hot('batched', 'in process', 200)), statement),
      ...atLeast(4),
    },
    {
      says: 'in process, hot pool, 1000 clients: rate to the bulk-insert limit of the same rows',
      measured: ratio(rateOf(hot('batched', 'in process', 1000)), limit),
      ...atLeast(0.6),
    },
  ]
}

function otherGoals(results: Results): Goal[] {
  const [cold] = results.of(coldStart.name)
  const [lasting] = results.of(longStorm.name)
  const grown = (subject: string) =>
    results.of(growth.name).find((cell) => cell.subject === subject)
  const buyers = (subject: string) =>
    results.of(greedy.name).find((cell) => cell.subject === subject)
  const perWay = (['HTTP', 'in process'] as const).flatMap((way): Goal[] => {
    const one = (subject: string) => results.find({ entry: alone.name, subject, way, clients: 1 })
    const many = (subject: string) =>
      results.find({ entry: thousandPools.name, subject, way, clients: 64 })
    const told = (subject: string) =>
      results.find({ entry: notices.name, subject, way, clients: 64 })
    const refusing = results.find({ entry: storm.name, subject: 'batched', way, clients: 64 })
    const selling = results.find({ entry: hotPool.name, subject: 'batched', way, clients: 64 })
    return [
      {
        says: `one client alone, ${way}: p50 to that of \`guarded\``,
        measured: ratio(one('batched')?.p50Ms, one('guarded')?.p50Ms),
        ...atMost(1.2),
      },
      {
        says: `a thousand pools, ${way}, 64 clients: rate to that of \`pessimistic\``,
        measured: ratio(rateOf(many('batched')), rateOf(many('pessimistic'))),
        ...atLeast(4),
      },
      {
        says: `sold-out storm, ${way}, 64 clients: answers to reservations of the hot pool`,
        measured: ratio(rateOf(refusing), rateOf(selling)),
        ...atLeast(1),
      },
      {
        says: `hot pool, ${way}, 64 clients, with a listener who is told: rate to that without one`,
        measured: ratio(rateOf(told(LISTENERS.present)), rateOf(told(LISTENERS.none))),
        ...atLeast(0.7),
      },
    ]
  })
  return [
    {
      says: 'from a cold, empty database: rate of the third second to the warm rate',
      measured: ratio(cold?.extra['third'], cold?.extra['warm']),
      ...atLeast(0.9),
    },
    ...perWay,
    {
      says: 'sold-out storm: resident memory at the end to that at the beginning',
      measured: lasting?.extra['memoryRatio'],
      ...atMost(1.1),
    },
    {
      says: 'after many reservations: rate to that with empty tables',
      measured: ratio(rateOf(grown(GROWTH.grown)), rateOf(grown(GROWTH.empty))),
      ...atLeast(0.8),
    },
    {
      says: 'buyers beside callers who ask for six weeks of fifty courts: p99 to that of buyers alone',
      measured: ratio(buyers(BUYERS_ARE.beside)?.p99Ms, buyers(BUYERS_ARE.alone)?.p99Ms),
      ...atMost(2),
    },
  ]
}

function rateOf(cell: Summary | undefined): number | undefined {
  return cell?.perSecond.median
}

function ratio(above: number | undefined, below: number | undefined): number | undefined {
  return above === undefined || below === undefined ? undefined : above / below
}

const atLeast = (bound: number) => ({ bound, sense: 'at least' }) as const
const atMost = (bound: number) => ({ bound, sense: 'at most' }) as const
