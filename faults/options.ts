/** The command line of `npm run faults`. */
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'

export type Size = 'quick' | 'whole'

export interface Options {
  /** Decides how often each fault is injected. */
  readonly size: Size
  /** Faults to inject, in the order of the plan. */
  readonly ids: readonly string[]
  /** The first repetition of each fault has it, the next one the next number. */
  readonly seed: number
  /** Instead of what the plan says for the size. */
  readonly repetitions: number | undefined
  /** Repetitions are begun until this is over, fairly over the plan; undefined: all of the size. */
  readonly budgetMs: number | undefined
  /** Adds what was seen to the sums of earlier runs, and writes the page. */
  readonly publish: boolean
  /** Forgets earlier runs first. */
  readonly fresh: boolean
}

const HELP = `npm run faults -- [options]

  --quick          each fault once or a few times, within three minutes; the default
  --whole          each as often as the plan says: a night
  --budget 20m     as many of the whole plan's repetitions as fit, fairly over the plan (s, m, h)
  --only F3,F4     only these: IDS
  --seed n         draws the same visits and moments again; with --only, one repetition
  --repetitions n  of each fault
  --publish        adds the run to the table in docs/operating/faults.md, as --whole and --budget do
  --no-publish     does not
  --fresh          the table begins anew

A run ends with 0 when nothing was wrong, 1 when something was, 2 for a wrong word, 3 when a mistake made
on purpose was not noticed, which makes everything else void, and 130 when it was interrupted.
`

const SEEDS = 1_000_000
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 }

/** @throws Error that says which value is not allowed */
export function readOptions(args: readonly string[], planIds: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      quick: { type: 'boolean' },
      whole: { type: 'boolean' },
      budget: { type: 'string' },
      only: { type: 'string' },
      seed: { type: 'string' },
      repetitions: { type: 'string' },
      publish: { type: 'boolean' },
      fresh: { type: 'boolean' },
    },
  })
  if (values.help) return 'help'
  if (values.quick && (values.whole || values.budget !== undefined)) {
    throw new Error('--quick goes neither with --whole nor with --budget')
  }
  const wanted = values.only?.split(',') ?? planIds
  const unknown = wanted.find((id) => !planIds.includes(id))
  if (unknown !== undefined) throw new Error(`no fault ${unknown}: ${planIds.join(', ')}`)
  const isLong = values.whole === true || values.budget !== undefined
  const isReplay = values.only !== undefined && values.seed !== undefined
  const repetitions = values.repetitions ?? (isReplay && !isLong ? '1' : undefined)
  return {
    size: isLong ? 'whole' : 'quick',
    ids: planIds.filter((id) => wanted.includes(id)),
    seed: values.seed === undefined ? randomInt(SEEDS) : whole('seed', values.seed, 0),
    repetitions: repetitions === undefined ? undefined : whole('repetitions', repetitions, 1),
    budgetMs: values.budget === undefined ? undefined : milliseconds(values.budget),
    publish: values.publish ?? isLong,
    fresh: values.fresh ?? false,
  }
}

export function help(planIds: readonly string[]): string {
  return HELP.replace('IDS', planIds.join(', '))
}

function whole(name: string, text: string, min: number): number {
  const value = Number(text)
  if (/^\d{1,9}$/.test(text) && value >= min) return value
  throw new Error(`--${name} is ${text}: a whole number from ${min}`)
}

function milliseconds(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? []
  const ms = Number(number) * (UNITS_MS[unit] ?? 0)
  if (ms > 0) return ms
  throw new Error(`--budget is ${text}: a number and s, m or h, as in 20m`)
}
