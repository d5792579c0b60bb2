/** `holdfast compare`: race several strategies for the same things, in turns, and put them side by side. */
import type { Command } from 'commander'
import type { Comparison, ComparisonSnapshot } from '../../lab/compare/comparison.js'
import type { ContestantName, RaceOptions } from '../../lab/race/race.js'
import { readConfig } from '../config/config.js'
import { wholeNumber } from '../config/whole-number.js'
import { connect } from '../database/connect.js'
import { EXIT } from '../print/exit-codes.js'
import { print } from '../print/output.js'
import { historyFiles } from '../race/history-files.js'
import { interruptible } from '../race/interruption.js'
import {
  addRaceFlags,
  type ComparedFlags,
  comparedRaceOf,
  placeOf,
  strategiesOption,
} from '../race/race-flags.js'
import { openReport } from '../race/report-page.js'
import { renderCompareLine, renderComparePanel } from '../terminal/live/compare-panel.js'
import { openLive } from '../terminal/live/live.js'
import { terminalOf } from '../terminal/terminal-of.js'
import { renderComparison } from '../terminal/verdict/compare-verdict.js'

interface CompareFlags extends ComparedFlags {
  readonly rounds: number
  readonly report?: string
}

const HELP = `
Exit status: 0 every safe strategy is ok and every unsafe one was caught, 1 a safe one is not ok,
3 an unsafe one showed nothing, so that the others prove little, 2 wrong flags or no database.`

export function addCompare(program: Command): void {
  const command = program
    .command('compare')
    .description('race strategies in turns and put their faults and figures side by side')
    .addOption(strategiesOption())
    .option('--rounds <n>', 'how often each of them races', wholeNumber(1, 100), 2)
    .option('--report <file>', 'write a page that shows how it went, as HTML')
  addRaceFlags(command).addHelpText('after', HELP).action(run)
}

const EXIT_OF: Readonly<Record<Comparison['verdict'], number>> = {
  ok: EXIT.ok,
  violation: EXIT.failed,
  inconclusive: EXIT.inconclusive,
}

async function run(flags: CompareFlags): Promise<void> {
  const { race, strategies } = await comparedRaceOf(flags)
  const { interrupted, value } = await interruptible((signal) =>
    watch(race, { ...flags, strategies }, signal),
  )
  process.exitCode = interrupted || value === undefined ? EXIT.interrupted : EXIT_OF[value.verdict]
}

async function watch(
  race: Omit<RaceOptions, 'strategy'>,
  flags: CompareFlags & { readonly strategies: readonly ContestantName[] },
  signal: AbortSignal,
): Promise<Comparison | undefined> {
  const { config, inPlace } = placeOf(flags, readConfig(process.env))
  const files = await historyFiles(flags.history)
  const page = await openReport(flags.report)
  const { compare } = await import('../../lab/compare/compare.js')
  const { interactive, color } = terminalOf(process.stderr, process.env)
  const live = openLive<ComparisonSnapshot>({
    stream: process.stderr,
    interactive,
    panel: (seen, size) => renderComparePanel(seen, { ...size, color }),
    line: renderCompareLine,
  })
  try {
    const connection = await connect(config, { fresh: flags.fresh ?? false, onProgress: live.note })
    try {
      const comparison = await compare(race, {
        databaseUrl: connection.url,
        ...inPlace,
        strategies: flags.strategies,
        rounds: flags.rounds,
        signal,
        onSnapshot: live.update,
        onHistory: async (history, strategy, round) => {
          page.see(history, strategy)
          await files.keep(history, strategy, round)
        },
      })
      live.close()
      if (comparison !== undefined) {
        await page.write(comparison)
        show(comparison, flags)
      }
      return comparison
    } finally {
      await connection.release()
    }
  } finally {
    live.close()
  }
}

function show(comparison: Comparison, flags: CompareFlags): void {
  const { color } = terminalOf(process.stdout, process.env)
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY
  print(flags, comparison, ['', ...renderComparison(comparison, { color, columns })])
}
