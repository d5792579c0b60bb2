/** What a history tells of how each pool was sold, as the report draws it. */
import { ledgerOf } from '../checker/exact/join.js'
import type { PoolStep } from '../checker/exact/ledger.js'
import type { History } from '../history/history.js'
import type { PoolOverTime } from './report-data.js'

/**
 * The pools of a race, in its order. A step is placed at the journal's time when the history can
 * relate it to the clients' clock, else at the answer of whoever asked for it; never before the
 * step that came before.
 */
export function soldOverTime(history: History): PoolOverTime[] {
  const startNs = history.operations.reduce(
    (first, { calledNs }) => Math.min(first, calledNs),
    Number.POSITIVE_INFINITY,
  )
  const { clocks } = history.race
  const timeOf = ({ movements: [movement], returnNs, callNs }: PoolStep): number => {
    if (clocks !== undefined && movement?.atMs !== undefined) {
      return movement.atMs - clocks.databaseMs + (clocks.monotonicNs - startNs) / 1e6
    }
    const atNs = [returnNs, callNs].find(Number.isFinite)
    return atNs === undefined ? 0 : (atNs - startNs) / 1e6
  }
  return ledgerOf(history).pools.map((pool) => {
    let { capacity } = pool
    let [sold, atMs] = [0, 0]
    const points = [{ atMs, sold, capacity }]
    for (const step of pool.steps) {
      sold += step.delta
      capacity = step.capacity ?? capacity
      atMs = Math.max(atMs, timeOf(step))
      points.push({ atMs, sold, capacity })
    }
    return { poolId: pool.poolId, name: pool.name, points }
  })
}
