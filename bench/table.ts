/** Medians, spread and ratios of what was measured, as figures and as a table to read. */
import type { StrategyName } from '../src/strategies/strategy.js'
import type { HotPoolRow } from './hot-pool.js'

export interface Summary {
  readonly strategy: StrategyName
  readonly clients: number
  readonly rounds: number
  readonly medianPerSecond: number
  readonly minPerSecond: number
  readonly maxPerSecond: number
  /** To `pessimistic` with as many clients in the same run; NaN when it was not measured. */
  readonly ratio: number
  readonly p99Ms: number
}

const BASELINE: StrategyName = 'pessimistic'

export function summarize(rows: readonly HotPoolRow[]): Summary[] {
  const medianOf = (row: HotPoolRow | undefined) =>
    median(row?.rounds.map((round) => round.perSecond) ?? [])
  return rows.map((row) => {
    const rates = row.rounds.map((round) => round.perSecond)
    const baseline = rows.find(
      (other) => other.strategy === BASELINE && other.clients === row.clients,
    )
    return {
      strategy: row.strategy,
      clients: row.clients,
      rounds: row.rounds.length,
      medianPerSecond: medianOf(row),
      minPerSecond: Math.min(...rates),
      maxPerSecond: Math.max(...rates),
      ratio: medianOf(row) / medianOf(baseline),
      p99Ms: median(row.rounds.map((round) => round.p99Ms)),
    }
  })
}

export function tableOf(summary: readonly Summary[]): string {
  const head = ['strategy', 'clients', 'ratio', 'reservations/s', 'min–max', 'p99 ms']
  const body = summary.map((row) => [
    row.strategy,
    String(row.clients),
    row.ratio.toFixed(2),
    row.medianPerSecond.toFixed(0),
    `${row.minPerSecond.toFixed(0)}–${row.maxPerSecond.toFixed(0)}`,
    row.p99Ms.toFixed(1),
  ])
  const widths = head.map((_, i) => Math.max(...[head, ...body].map((row) => row[i]?.length ?? 0)))
  const lineOf = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
  return [head, ...body].map(lineOf).join('\n')
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  if (sorted.length % 2 === 1) return sorted[middle] ?? Number.NaN
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
