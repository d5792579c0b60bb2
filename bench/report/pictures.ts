/** Which of the results are drawn, and how. */
import { BULK_SUBJECT, bulk } from '../entries/bulk.js'
import { hotPool } from '../entries/hot-pool.js'
import { openLoop } from '../entries/open-loop.js'
import { PGBENCH_SUBJECT, pgbench } from '../entries/pgbench.js'
import { REDIS_SUBJECT, redis } from '../entries/redis.js'
import type { Results, Way } from '../results.js'
import { type Chart, type Line, pictureOf } from './plot.js'

export interface Picture {
  /** The file's name. */
  readonly name: string
  /** What it shows, for those who cannot see it. */
  readonly alt: string
  readonly svg: string
}

/** The pictures that the results are enough for. */
export function picturesOf(results: Results): Picture[] {
  return [hotPoolPicture(results), latencyPicture(results)].filter(
    (picture) => picture !== undefined,
  )
}

function hotPoolPicture(results: Results): Picture | undefined {
  const cells = results.of(hotPool.name)
  const xs = [...new Set(cells.map((cell) => cell.clients))].sort((a, b) => a - b)
  if (xs.length < 2) return undefined
  const levels = [
    [bulk.name, BULK_SUBJECT, 'bulk insert'],
    [pgbench.name, PGBENCH_SUBJECT, 'pgbench, best'],
    [redis.name, REDIS_SUBJECT, 'Redis, best'],
  ].flatMap(([entry = '', subject, name = '']) => {
    const y = results.highest(entry, (cell) => cell.subject === subject)
    return y === undefined ? [] : [{ name, y }]
  })
  const charts = (['HTTP', 'in process'] as const).flatMap((way: Way): Chart[] => {
    const here = cells.filter((cell) => cell.way === way)
    if (here.length === 0) return []
    const strategies = [...new Set(here.map((cell) => cell.subject))]
    const lines = strategies.map((name): Line => {
      const points = here
        .filter((cell) => cell.subject === name)
        .map(({ clients: x, perSecond }) => ({
          ...{ x, y: perSecond.median, from: perSecond.min, to: perSecond.max },
        }))
        .sort((a, b) => a.x - b.x)
      return { name, points, strong: name === 'batched' }
    })
    const title = way === 'HTTP' ? 'over HTTP' : 'in process'
    const axes = { xTitle: 'clients', yTitle: 'reservations a second', xs, xLabel: String }
    return [{ title: `One hot pool, ${title}`, ...axes, lines, levels }]
  })
  const alt =
    'Reservations a second on one hot pool against the number of clients, by strategy, over HTTP and in process'
  return { name: 'bench-hot-pool.svg', alt, svg: pictureOf(alt, charts) }
}

function latencyPicture(results: Results): Picture | undefined {
  const cells = results.of(openLoop.name)
  if (cells.length === 0) return undefined
  const charts = ['pessimistic', 'batched'].flatMap((strategy): Chart[] => {
    const here = cells.flatMap((cell) => {
      const [subject, share] = cell.subject.split(', ')
      return subject === strategy ? [{ ...cell, x: Number.parseInt(share ?? '', 10) }] : []
    })
    if (here.length === 0) return []
    const lines = (['p50Ms', 'p99Ms', 'p999Ms'] as const).map((percentile): Line => {
      const points = here.map((cell) => {
        const y = cell[percentile]
        return { x: cell.x, y, from: y, to: y }
      })
      return { name: { p50Ms: 'p50', p99Ms: 'p99', p999Ms: 'p99.9' }[percentile], points }
    })
    const rate = Math.max(...here.map((cell) => cell.extra['ratePerSecond'] ?? 0))
    return [
      {
        title: `${strategy}: up to ${Math.round(rate).toLocaleString('en-US')} arrivals a second`,
        xTitle: 'share of the highest rate',
        yTitle: 'milliseconds from the intended start',
        xs: here.map((cell) => cell.x),
        xLabel: (x) => `${x} %`,
        lines,
        levels: [],
      },
    ]
  })
  const alt = 'Latency over HTTP at a quarter, half and three quarters of the highest rate'
  return { name: 'bench-latency.svg', alt, svg: pictureOf(alt, charts) }
}
