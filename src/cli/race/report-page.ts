/** The page that `compare --report` writes: filled while histories go by, written at the end. */
import type { Comparison } from '../../lab/compare/comparison.js'
import type { History } from '../../lab/history/history.js'
import type { ContestantName } from '../../lab/race/race.js'
import type { PoolOverTime } from '../../lab/report/report-data.js'
import { VERSION } from '../print/version.js'

export interface ReportPage {
  /** Keeps what the page shows of a race; the last race of each strategy stands for the others. */
  see(history: History, strategy: ContestantName): void
  write(comparison: Comparison): Promise<void>
}

/**
 * @param path undefined: nothing is kept or written
 * @throws HoldfastError `invalid_input` when the file cannot be written
 */
export async function openReport(path: string | undefined): Promise<ReportPage> {
  if (path === undefined) return { see: () => {}, write: async () => {} }
  const [{ soldOverTime }, { reportOf }, { renderReport }, { requireWritable }, { writeFile }] =
    await Promise.all([
      import('../../lab/report/sold-over-time.js'),
      import('../../lab/compare/report-of.js'),
      import('../../lab/report/report.js'),
      import('../../lab/history/keep-history.js'),
      import('node:fs/promises'),
    ])
  await requireWritable(path)
  const pools = new Map<ContestantName, readonly PoolOverTime[]>()
  return {
    see: (history, strategy) => void pools.set(strategy, soldOverTime(history)),
    write: (comparison) =>
      writeFile(path, renderReport(reportOf({ comparison, pools, version: VERSION }))),
  }
}
