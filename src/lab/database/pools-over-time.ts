/** How full each pool was in the course of a race, by the database's own rows. */
import type { History, MovementRecord } from '../history/history.js'
import type { PoolOverTime } from '../report/report-data.js'

const NS_PER_MS = 1_000_000
/** More steps than this no picture shows. */
const POINTS_MAX = 400

/** Every pool with its steps; steps that nobody dated are left out. */
export function poolsOverTime({ race, operations, movements }: History): PoolOverTime[] {
  const { clocks = { monotonicNs: 0, databaseMs: 0 } } = race
  const firstNs = operations.reduce(
    (first, operation) => Math.min(first, operation.calledNs),
    Number.POSITIVE_INFINITY,
  )
  const begunNs = Number.isFinite(firstNs) ? firstNs : clocks.monotonicNs
  const beganMs = clocks.databaseMs + (begunNs - clocks.monotonicNs) / NS_PER_MS
  const byPool = new Map<string, MovementRecord[]>()
  for (const movement of movements) {
    const seen = byPool.get(movement.poolId)
    if (seen === undefined) byPool.set(movement.poolId, [movement])
    else seen.push(movement)
  }
  return race.pools.map(({ poolId, name, capacity }) => ({
    poolId,
    name,
    points: stepsOf(byPool.get(poolId) ?? [], capacity, beganMs),
  }))
}

function stepsOf(
  movements: readonly MovementRecord[],
  capacity: number,
  beganMs: number,
): PoolOverTime['points'] {
  const points = [{ atMs: 0, sold: 0, capacity }]
  let now = { sold: 0, capacity }
  const dated = movements.flatMap((each) => (each.atMs === undefined ? [] : [each]))
  for (const { atMs = 0, delta, capacity: changed } of dated.sort(byTime)) {
    now = { sold: now.sold + delta, capacity: changed ?? now.capacity }
    points.push({ atMs: Math.max(0, atMs - beganMs), ...now })
  }
  const every = Math.ceil(points.length / POINTS_MAX)
  return points.filter((_, i) => i % every === 0 || i === points.length - 1)
}

function byTime(a: MovementRecord, b: MovementRecord): number {
  return (a.atMs ?? 0) - (b.atMs ?? 0) || a.version - b.version
}
