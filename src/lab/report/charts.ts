/** The charts of the report, as SVG. */

import { plural } from '../words.js'
import { type Markup, markup, NOTHING } from './markup.js'
import { plot, round, type Scales, WIDTH } from './plot.js'
import type { PoolOverTime, StrategyReport } from './report-data.js'
import { duration, figure } from './words.js'

/** More points than this cannot be told apart. */
const POINTS_MAX = 320

/** Reservations in each second of the race. */
export function throughputChart(id: string, { overTime, strategy }: StrategyReport): Markup {
  const perSecond = overTime.reservations.map((count) => (count * 1000) / overTime.tickMs)
  const most = largest(perSecond)
  return plot(
    {
      id,
      title: `Reservations a second under ${strategy}`,
      tells: `At most ${figure(most)} a second, in ${duration(overTime.tickMs * perSecond.length)}.`,
      xMax: (perSecond.length * overTime.tickMs) / 1000,
      yMax: most,
      xLabel: 'seconds',
      yLabel: 'reservations a second',
    },
    (scales) => columns(perSecond, overTime.tickMs, scales, 'good'),
  )
}

/** Answers "conflict", and on top of them transactions that servers ran again. */
export function contentionChart(id: string, { overTime, strategy }: StrategyReport): Markup {
  const { conflicts, retries, tickMs } = overTime
  const length = Math.max(conflicts.length, retries.length)
  const both = Array.from({ length }, (_, i) => (conflicts[i] ?? 0) + (retries[i] ?? 0))
  const [conflictsSum, retriesSum] = [sum(conflicts), sum(retries)]
  return plot(
    {
      id,
      title: `Contention under ${strategy}`,
      tells: `${plural(conflictsSum, 'conflict')} and ${plural(retriesSum, 'retry', 'retries')} in all, at most ${figure(largest(both))} in ${duration(tickMs)}.`,
      xMax: (length * tickMs) / 1000,
      yMax: largest(both),
      xLabel: 'seconds',
      yLabel: `conflicts (dark) and retries (light) in ${duration(tickMs)}`,
    },
    (scales) =>
      markup`${columns(both, tickMs, scales, 'light')}${columns(conflicts, tickMs, scales, 'dark')}`,
  )
}

function columns(values: readonly number[], tickMs: number, scales: Scales, tone: string): Markup {
  const each = Math.ceil(values.length / POINTS_MAX)
  const path: string[] = []
  for (let i = 0; i < values.length; i += each) {
    const value = largest(values.slice(i, i + each))
    if (value <= 0) continue
    const from = scales.x((i * tickMs) / 1000)
    const to = scales.x((Math.min(values.length, i + each) * tickMs) / 1000)
    path.push(
      `M${from} ${scales.y(0)}V${scales.y(value)}H${Math.max(from + 0.5, to - 0.5)}V${scales.y(0)}Z`,
    )
  }
  return path.length === 0 ? NOTHING : markup`<path class="${tone}" d="${path.join('')}"/>`
}

/** What was sold of a pool, against what it has; what is beyond is red. */
export function soldChart(id: string, pool: PoolOverTime, raceMs: number): Markup {
  const known = withKnown(pool.points)
  const last = known.at(-1)
  // What was under way when the race ended may have landed after it.
  const elapsedMs = Math.max(raceMs, last?.atMs ?? 0)
  const points = thinned(known, elapsedMs)
  const over = largest(known.map(beyond))
  const knowing = known.some((point) => point.knowingly > 0)
  const tells =
    last === undefined
      ? 'Nothing was sold.'
      : `${figure(last.sold)} of ${figure(last.capacity)} sold in the end, ${over > 0 ? `${plural(over, 'unit')} too many at the worst moment` : 'at no moment more than there is'}.`
  const notes = ['units', 'the line is the capacity', ...(over > 0 ? ['oversold in red'] : [])]
  if (knowing) notes.push('grey was sold before somebody lowered the capacity')
  return plot(
    {
      id,
      title: `Sold of ${pool.name}`,
      tells,
      xMax: elapsedMs / 1000,
      yMax: largest(points.flatMap(({ sold, capacity }) => [sold, capacity])),
      xLabel: 'seconds',
      yLabel: notes.join('; '),
    },
    (scales) => markup`
${stepsArea(points, elapsedMs, scales, 'good', (point) => [0, Math.min(point.sold, point.capacity)])}
${stepsArea(points, elapsedMs, scales, 'light', (point) => [point.capacity, point.capacity + point.knowingly])}
${stepsArea(points, elapsedMs, scales, 'bad', (point) => [point.capacity + point.knowingly, point.sold])}
${capacityLine(points, elapsedMs, scales)}`,
  )
}

type Point = PoolOverTime['points'][number] & {
  /** Units above the capacity because it was lowered below what was sold. */
  readonly knowingly: number
}

function withKnown(points: PoolOverTime['points']): Point[] {
  let knowingly = 0
  return points.map((point, i) => {
    const excess = Math.max(0, point.sold - point.capacity)
    const lowered = point.capacity < (points[i - 1]?.capacity ?? point.capacity)
    knowingly = lowered ? excess : Math.min(knowingly, excess)
    return { ...point, knowingly }
  })
}

function beyond({ sold, capacity, knowingly }: Point): number {
  return sold - capacity - knowingly
}

/** One point for each stretch that can be told apart: the worst of it. */
function thinned(points: readonly Point[], elapsedMs: number): Point[] {
  const kept: Point[] = []
  let stretch = -1
  for (const point of points) {
    const here = Math.floor((point.atMs / Math.max(1, elapsedMs)) * POINTS_MAX)
    const before = kept.at(-1)
    if (here !== stretch || before === undefined) kept.push(point)
    else if (beyond(point) >= beyond(before)) {
      kept[kept.length - 1] = { ...point, atMs: before.atMs }
    }
    stretch = here
  }
  const last = points.at(-1)
  if (last !== undefined && kept.at(-1) !== last) kept.push(last)
  return kept
}

/** @param bounds between which values a point is filled */
function stepsArea(
  points: readonly Point[],
  elapsedMs: number,
  scales: Scales,
  tone: string,
  bounds: (point: Point) => readonly [number, number],
): Markup {
  const path = points.flatMap((point, i) => {
    const [low, high] = bounds(point)
    if (high <= low) return []
    const from = scales.x(point.atMs / 1000)
    const to = scales.x((points[i + 1]?.atMs ?? Math.max(elapsedMs, point.atMs)) / 1000)
    return `M${from} ${scales.y(low)}V${scales.y(high)}H${to}V${scales.y(low)}Z`
  })
  return path.length === 0 ? NOTHING : markup`<path class="${tone}" d="${path.join('')}"/>`
}

function capacityLine(points: readonly Point[], elapsedMs: number, scales: Scales): Markup {
  const [first] = points
  if (first === undefined) return NOTHING
  const steps = points.map(
    ({ atMs, capacity }) => `H${scales.x(atMs / 1000)}V${scales.y(capacity)}`,
  )
  const d = `M${scales.x(0)} ${scales.y(first.capacity)}${steps.join('')}H${scales.x(elapsedMs / 1000)}`
  return markup`<path class="capacity" d="${d}"/>`
}

const ROW = 26
const NAME = 150
const RIGHT = 90

/** One bar for each strategy. */
export function rateChart(id: string, strategies: readonly StrategyReport[]): Markup {
  const most = largest(strategies.map((one) => one.reservationsPerSecond))
  const best = strategies.find((one) => one.reservationsPerSecond === most)
  const title = 'Reservations a second'
  const tells = `From ${figure(-largest(strategies.map((one) => -one.reservationsPerSecond)))} to ${figure(most)} (${best?.strategy ?? 'nobody'}).`
  const width = (value: number) => round(((WIDTH - NAME - RIGHT) * value) / Math.max(most, 1e-9))
  return rows(id, title, tells, strategies, (one, y) => {
    const end = NAME + width(one.reservationsPerSecond)
    return markup`<rect class="${one.judgement.verdict === 'violation' ? 'bad' : 'good'}" x="${NAME}" y="${y + 5}" width="${Math.max(1, end - NAME)}" height="${ROW - 10}"/>
<text x="${end + 6}" y="${y + 17}">${figure(one.reservationsPerSecond)}</text>`
  })
}

/** The median, the 99th and the 99.9th of a hundred, on a scale on which each tenfold is as wide. */
export function latencyChart(id: string, strategies: readonly StrategyReport[]): Markup {
  const all = strategies
    .flatMap(({ latencyMs: { p50, p999 } }) => [p50, p999])
    .filter((ms) => ms > 0)
  const low = Math.floor(Math.log10(-largest(all.map((ms) => -ms)) || 1))
  const high = Math.max(low + 1, Math.ceil(Math.log10(largest(all) || 1)))
  const x = (ms: number) => {
    const at = (Math.log10(Math.max(ms, 10 ** low)) - low) / (high - low)
    return round(NAME + (WIDTH - NAME - RIGHT) * at)
  }
  const title = 'Latency: p50 (first dot), p99 and p99.9 (ring); each tenfold is as wide'
  const tells = `${strategies.map(({ strategy, latencyMs: { p50, p99, p999 } }) => `${strategy} ${duration(p50)}, ${duration(p99)}, ${duration(p999)}`).join('; ')}.`
  return rows(id, title, tells, strategies, ({ latencyMs: { p50, p99, p999 } }, y) => {
    const middle = y + ROW / 2
    return markup`<line class="span" x1="${x(p50)}" x2="${x(p999)}" y1="${middle}" y2="${middle}"/>
<circle class="good" cx="${x(p50)}" cy="${middle}" r="5"/>
<circle class="dark" cx="${x(p99)}" cy="${middle}" r="4"/>
<circle class="ring" cx="${x(p999)}" cy="${middle}" r="4"/>
<text x="${x(p999) + 9}" y="${y + 17}">${duration(p999)}</text>`
  })
}

function rows(
  id: string,
  title: string,
  tells: string,
  strategies: readonly StrategyReport[],
  draw: (strategy: StrategyReport, y: number) => Markup,
): Markup {
  return markup`<figure>
<svg viewBox="0 0 ${WIDTH} ${Math.max(1, strategies.length) * ROW}" role="img" aria-labelledby="${id}-title ${id}-tells">
<title id="${id}-title">${title}</title>
<desc id="${id}-tells">${tells}</desc>
${strategies.map(
  (
    one,
    i,
  ) => markup`<text x="${NAME - 10}" y="${i * ROW + 17}" text-anchor="end">${one.strategy}</text>
${draw(one, i * ROW)}`,
)}
</svg>
<figcaption>${title}</figcaption>
</figure>`
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** 0 for none. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), values[0] ?? 0)
}
