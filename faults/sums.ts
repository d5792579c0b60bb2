/** What runs came to, and the file beside the output in which runs are kept for the table. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fault } from './fault.js'

/** What came of one fault in one run, or in several. */
export interface Sum {
  readonly id: string
  readonly injects: string
  readonly repetitions: number
  readonly acknowledged: number
  readonly unknown: number
  readonly lost: number
  readonly doubled: number
  /** Everything that was wrong, what was lost and doubled included. */
  readonly wrong: number
  readonly kills: number
  readonly failovers: number
  readonly mutants: number
  readonly missed: readonly string[]
  /** What was wrong, in sentences with the seed. */
  readonly findings: readonly string[]
  /** Why it was not injected. */
  readonly skipped?: string
}

export interface KeptRun {
  /** The day. */
  readonly on: string
  readonly seed: number
  readonly machine: string
  readonly versions: string
  readonly minutes: number
  readonly sums: readonly Sum[]
}

const FILE = fileURLToPath(new URL('../.holdfast/faults/runs.json', import.meta.url))

export function sumOf({ id, injects }: Pick<Fault, 'id' | 'injects'>): Sum {
  const counts = { acknowledged: 0, unknown: 0, lost: 0, doubled: 0, wrong: 0 }
  const blows = { kills: 0, failovers: 0, mutants: 0, missed: [], findings: [] }
  return { id, injects, repetitions: 0, ...counts, ...blows }
}

/** Adds up what several runs say of each fault; a fault that no run injected keeps its reason. */
export function added(
  plan: readonly Pick<Fault, 'id' | 'injects'>[],
  runs: readonly KeptRun[],
): Sum[] {
  return plan.map((fault) =>
    runs
      .flatMap(({ sums }) => sums.filter(({ id }) => id === fault.id))
      .reduce((all, each) => plus(all, each), sumOf(fault)),
  )
}

function plus(all: Sum, each: Sum): Sum {
  const { skipped = all.skipped } = each
  return {
    ...all,
    repetitions: all.repetitions + each.repetitions,
    acknowledged: all.acknowledged + each.acknowledged,
    unknown: all.unknown + each.unknown,
    lost: all.lost + each.lost,
    doubled: all.doubled + each.doubled,
    wrong: all.wrong + each.wrong,
    kills: all.kills + each.kills,
    failovers: all.failovers + each.failovers,
    mutants: all.mutants + each.mutants,
    missed: [...all.missed, ...each.missed],
    findings: [...all.findings, ...each.findings],
    ...(skipped === undefined ? {} : { skipped }),
  }
}

/** Keeps a run beside those before it, and gives all of them back. */
export async function keepRun(run: KeptRun, { fresh }: { fresh: boolean }): Promise<KeptRun[]> {
  if (fresh) await rm(FILE, { force: true })
  const before = await readFile(FILE, 'utf8').then(JSON.parse, () => [])
  const runs = [...(before as KeptRun[]), run]
  await mkdir(dirname(FILE), { recursive: true })
  await writeFile(FILE, `${JSON.stringify(runs, null, 2)}\n`)
  return runs
}
