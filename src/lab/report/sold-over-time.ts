/** How full each pool was in the course of a race, by the database's own rows, as the report draws it. */
import { ledgerOf } from '../checker/exact/join.js'
import type { PoolStep } from '../checker/exact/ledger.js'
import type { History } from '../history/history.js'
import type { PoolOverTime } from './report-data.js'

const NS_PER_MS = 1e6

/**
 * The pools of a race, in its order, each with its steps in the order of versions. A step stands at
 * the journal's time where the history relates that clock to the clients', else at the answer of
 * whoever asked for it, and never before the step that came before it: the journal is written before
 * COMMIT, so its times may contradict the versions by some milliseconds.
 */
export function soldOverTime(history: History): PoolOverTime[] {
  const firstCallNs = history.operations.reduce(
    (first, { calledNs }) => Math.min(first, calledNs),
    Number.POSITIVE_INFINITY,
  )
  const { clocks } = history.race
  const startNs = Number.isFinite(firstCallNs) ? firstCallNs : (clocks?.monotonicNs ?? 0)
  const timeOf = ({ movements: [movement], returnNs, callNs }: PoolStep): number => {
    if (clocks !== undefined && movement?.atMs !== undefined) {
      return movement.atMs - clocks.databaseMs + (clocks.monotonicNs - startNs) / NS_PER_MS
    }
    const knownNs = [returnNs, callNs].find(Number.isFinite)
    return knownNs === undefined ? 0 : (knownNs - startNs) / NS_PER_MS
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
