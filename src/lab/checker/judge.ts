/** Puts a history before the three judges, and makes one judgement of their findings. */
import type { History } from '../history/history.js'
import { checkAnswers } from './black-box.js'
import { checkExactly } from './exact/exact.js'
import { ledgerOf } from './exact/join.js'
import type { Findings } from './findings.js'
import { ANOMALIES, type AnomalyName, type Judgement } from './judgement.js'
import { recount } from './recount.js'

export interface JudgeOptions {
  /** True for a race of a control: finding nothing then proves nothing. */
  readonly control?: boolean
}

const NAMES = Object.keys(ANOMALIES) as AnomalyName[]

/**
 * Judges a history. Whatever is found is a violation; where nothing is found, the history has to be
 * one in which something could have been, or the verdict is `inconclusive`.
 */
export function judge(history: History, { control = false }: JudgeOptions = {}): Judgement {
  const rows = history.pools.length > 0 || history.reservations.length > 0
  const ledger = ledgerOf(history)
  const answers = checkAnswers(history)
  const exact = checkExactly(ledger)
  const recounted = rows ? recount(ledger) : undefined
  const found = [exact.findings, answers.findings, recounted?.findings].filter(
    (findings) => findings !== undefined,
  )
  const counts = countsOf(found)
  const countOf = (outcome: string) =>
    history.operations.reduce((sum, one) => sum + (one.outcome === outcome ? 1 : 0), 0)
  const acknowledged = countOf('ok')
  const unclear = recounted?.unclear ?? 0
  const reasons = [
    ...(acknowledged === 0 ? ['nobody was told yes, so it proves nothing'] : []),
    ...(rows ? [] : ['the database’s rows are not in it, so only the answers were judged']),
    ...(unclear > 0
      ? [`of ${unclear} reservations nobody can tell whether requests without an answer made them`]
      : []),
    ...(control ? ['it is a control, known to be unsafe, and shows nothing of it'] : []),
  ]
  const violated = Object.keys(counts).length > 0
  return {
    verdict: violated ? 'violation' : reasons.length > 0 ? 'inconclusive' : 'ok',
    reasons: violated ? [] : reasons,
    counts,
    anomalies: NAMES.flatMap((name) =>
      found.flatMap(({ anomalies }) => anomalies.filter((anomaly) => anomaly.name === name)),
    ),
    figures: {
      operations: history.operations.length,
      acknowledged,
      refused: countOf('refused'),
      conflicts: countOf('conflict'),
      unknown: countOf('unknown'),
      oversoldUnits: Math.max(answers.oversoldUnits, exact.oversoldUnits),
      refusalsJudged: exact.refusalsJudged,
      unjustifiedRefusals: counts.unjustified_refusal ?? 0,
      lost: counts.lost_acknowledgement ?? 0,
      ...(history.race.mails === true ? { mails: history.mails.length } : {}),
    },
  }
}

/** Two judges may see the same anomaly: the larger count stands for both. */
function countsOf(found: readonly Findings[]): Partial<Record<AnomalyName, number>> {
  const counts: Partial<Record<AnomalyName, number>> = {}
  for (const name of NAMES) {
    const most = Math.max(...found.map((findings) => findings.count(name)))
    if (most > 0) counts[name] = most
  }
  return counts
}
