/** `holdfast check`: judges the history of a race that was written to a file. */
import type { Command } from 'commander'
import type { History } from '../../lab/history/history.js'
import { EXIT } from '../print/exit-codes.js'
import { type OutputFlags, print } from '../print/output.js'

const HELP = `
Exit status: 0 nothing is wrong, 1 something is, 2 the file is not a history, 3 it proves nothing.
docs/checker.md describes the form of a history and how each anomaly is found.`

const EXITS = { ok: EXIT.ok, violation: EXIT.failed, inconclusive: EXIT.inconclusive } as const

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('judge a history of a race: whether any order of events explains every answer')
    .argument('<file>', 'a history as JSON lines; - reads it from stdin')
    .option('--json', 'print the judgement as JSON')
    .addHelpText('after', HELP)
    .action(run)
}

async function run(file: string, flags: OutputFlags): Promise<void> {
  const [{ readHistory }, { judge }, { renderJudgement }, { terminalOf }] = await Promise.all([
    import('../../lab/history/history-file.js'),
    import('../../lab/checker/judge.js'),
    import('../terminal/verdict/judgement.js'),
    import('../terminal/terminal-of.js'),
  ])
  const history = await (file === '-' ? readHistory(process.stdin, 'stdin') : readHistory(file))
  const judgement = judge(history, { control: await isControl(history) })
  const { color } = terminalOf(process.stdout, process.env)
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY
  print(flags, judgement, flags.json ? [] : renderJudgement(judgement, { color, columns }))
  process.exitCode = EXITS[judgement.verdict]
}

/** True when a control was raced. A contestant that we do not know counts as safe. */
async function isControl({ race }: History): Promise<boolean> {
  const { CONTESTANTS } = await import('../../lab/race/contestants.js')
  const known = Object.values(CONTESTANTS).find(({ name }) => name === race.strategy)
  return known?.safe === false
}
