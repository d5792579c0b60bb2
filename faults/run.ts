/** Injects the faults of a run, one repetition after the other, and counts. */
import type { Fault, Ground, Scene, Trial } from './fault.js'
import { type Sum, sumOf } from './sums.js'

export interface RunOptions {
  readonly faults: readonly Fault[]
  readonly ground: Ground
  readonly seed: number
  readonly repetitionsOf: (fault: Fault) => number
  /** Nothing is begun after this, as `performance.now()` counts; default never. */
  readonly untilMs?: number | undefined
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export interface RunResult {
  readonly sums: readonly Sum[]
  readonly interrupted: boolean
}

/** In how many turns a run with a budget goes through the plan, so that each fault has its share. */
const TURNS = 20
const SHOWN_MAX = 5

/** How often a fault is to be injected by the end of a turn. */
function shareOf(
  { together = 1 }: Fault,
  repetitions: number,
  turn: number,
  turns: number,
): number {
  if (turn === 0 && turns > 1) return Math.min(together, repetitions)
  return Math.ceil((repetitions * (turn + 1)) / turns)
}

export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { faults, untilMs, signal } = options
  const sums = new Map<string, Sum>()
  const isOver = () => signal.aborted || performance.now() > (untilMs ?? Number.POSITIVE_INFINITY)
  const turns = untilMs === undefined ? 1 : TURNS
  for (let turn = 0; turn < turns; turn += 1) {
    for (const fault of faults) {
      const before = sums.get(fault.id) ?? sumOf(fault)
      const share = shareOf(fault, options.repetitionsOf(fault), turn, turns)
      if (isOver() || before.repetitions >= share) continue
      sums.set(fault.id, await inject(fault, before, share, isOver, options))
    }
  }
  return {
    sums: faults.map((fault) => sums.get(fault.id) ?? sumOf(fault)),
    interrupted: signal.aborted,
  }
}

/** Repeats a fault until it was injected `share` times in all. */
async function inject(
  fault: Fault,
  before: Sum,
  share: number,
  isOver: () => boolean,
  { ground, seed, signal, say }: RunOptions,
): Promise<Sum> {
  const hindrance = fault.hindrance?.()
  if (hindrance !== undefined) {
    if (before.skipped === undefined) say(`${fault.id} skipped: ${hindrance}`)
    return { ...before, skipped: hindrance }
  }
  let sum = before
  const scene = await fault.open(ground)
  try {
    while (sum.repetitions < share && !isOver()) {
      const repetitionSeed = seed + sum.repetitions
      const startedMs = performance.now()
      const trial = await repeat(scene, repetitionSeed)
      if (signal.aborted) break
      sum = add(sum, trial, fault.id, repetitionSeed)
      say(lineOf(fault.id, repetitionSeed, trial, performance.now() - startedMs))
    }
  } finally {
    const wrong = await scene.end()
    if (!signal.aborted && wrong.length > 0) {
      for (const each of wrong) say(`${fault.id} WRONG ${each}`)
      sum = { ...sum, wrong: sum.wrong + wrong.length, findings: [...sum.findings, ...wrong] }
    }
  }
  return sum
}

/** A repetition that cannot be carried out is something wrong, not the end of the run. */
async function repeat(scene: Scene, seed: number): Promise<Trial> {
  try {
    return await scene.run(seed)
  } catch (error) {
    const why = `could not be carried out: ${(error as Error).stack ?? error}`
    const nothing = { acknowledged: 0, unknown: 0, lost: 0, doubled: 0, kills: 0, failovers: 0 }
    return { ...nothing, wrong: [why] }
  }
}

function add(sum: Sum, trial: Trial, id: string, seed: number): Sum {
  const missed = trial.mutants?.missed ?? []
  return {
    ...sum,
    repetitions: sum.repetitions + 1,
    acknowledged: sum.acknowledged + trial.acknowledged,
    unknown: sum.unknown + trial.unknown,
    lost: sum.lost + trial.lost,
    doubled: sum.doubled + trial.doubled,
    wrong: sum.wrong + trial.wrong.length,
    kills: sum.kills + trial.kills,
    failovers: sum.failovers + trial.failovers,
    mutants: sum.mutants + (trial.mutants?.tried.length ?? 0),
    missed: [...sum.missed, ...missed],
    findings: [
      ...sum.findings,
      ...shown(trial.wrong).map((each) => `${id}, seed ${seed}: ${each}`),
    ],
  }
}

function lineOf(id: string, seed: number, trial: Trial, ms: number): string {
  const { acknowledged, unknown, lost, doubled, wrong, mutants } = trial
  const seconds = `${(ms / 1000).toFixed(1)} s`
  const counts =
    mutants === undefined
      ? `${acknowledged} acknowledged, ${unknown} unknown, ${lost} lost, ${doubled} doubled`
      : `${mutants.tried.join(', ')} ${mutants.missed.length === 0 ? 'noticed' : 'MISSED'}`
  const findings = shown(wrong).map((each) => `\n  WRONG ${each}`)
  return `${id} seed ${seed}: ${counts} (${seconds})${findings.join('')}`
}

/** What goes wrong goes wrong a hundred times: the first ones tell enough, and the seed brings the rest. */
function shown(wrong: readonly string[]): readonly string[] {
  const more = wrong.length - SHOWN_MAX
  return more > 0 ? [...wrong.slice(0, SHOWN_MAX), `and ${more} more`] : wrong
}
