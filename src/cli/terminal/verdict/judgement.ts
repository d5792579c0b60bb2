/**
 * What the judges found in a history: the verdict, the anomalies with their witnesses, the figures.
 * The first words of the sentences are matched by scripts: they stay.
 */

import { timelineOf } from '../../../lab/checker/exact/timeline.js'
import {
  ANOMALIES,
  type Anomaly,
  type AnomalyName,
  type Judgement,
} from '../../../lab/checker/judgement.js'
import { grouped, plural } from '../../../lab/words.js'
import { printable } from '../../print/printable.js'
import { figureGrid } from '../figures.js'
import { type Colors, colorsOf, paintLine } from '../spans.js'
import { renderTimeline } from './timeline.js'

export interface JudgementLook {
  readonly color: boolean
  /** Columns of the terminal; infinite for a file. Sentences are never cut. */
  readonly columns: number
}

const JUDGES = {
  exact: 'by the ledger',
  'black-box': 'by the answers alone',
  recount: 'by the rows',
} as const

/** Each anomaly with a sentence of every judge that saw it and a witness, then the figures and the verdict. */
export function renderJudgement(judgement: Judgement, look: JudgementLook): string[] {
  const paint = colorsOf(look.color)
  const names = Object.keys(judgement.counts) as AnomalyName[]
  const found = names.flatMap((name) => [...renderAnomaly(judgement, name, look), ''])
  const figures = figureGrid(figuresOf(judgement), look.columns, paint.dim)
  return [
    ...found,
    ...figures.map((line) => paintLine(line, look.columns)),
    '',
    ...verdictSentences(judgement).map((sentence) => paintVerdict(judgement, sentence, paint)),
  ]
}

/** One anomaly: how often it was found, a sentence of every judge that saw it, and a witness. */
export function renderAnomaly(
  judgement: Judgement,
  name: AnomalyName,
  look: JudgementLook,
): string[] {
  const paint = colorsOf(look.color)
  const seen = judgement.anomalies.filter((anomaly) => anomaly.name === name)
  const firsts = seen.filter((one, i) => seen.findIndex((it) => it.judge === one.judge) === i)
  const title = `${name.replaceAll('_', ' ').toUpperCase()}: ${grouped(judgement.counts[name] ?? 0)}`
  return [
    `${paint.bold(paint.red(title))} – ${ANOMALIES[name]}`,
    ...firsts.map((anomaly) => sentenceOf(anomaly, paint)),
    ...firsts.slice(0, 1).flatMap(({ witness }) => {
      return renderTimeline(timelineOf(witness), { columns: look.columns, paint })
    }),
  ]
}

function sentenceOf({ sentence, judge }: Anomaly, paint: Colors): string {
  return `  ${printable(sentence)} ${paint.dim(`(told ${JUDGES[judge]})`)}`
}

function figuresOf({ figures }: Judgement) {
  return [
    { label: 'requests', value: grouped(figures.operations) },
    { label: 'acknowledged', value: grouped(figures.acknowledged) },
    { label: 'refused', value: grouped(figures.refused) },
    { label: 'conflicts', value: grouped(figures.conflicts) },
    { label: 'unknown', value: grouped(figures.unknown) },
    { label: 'oversold', value: grouped(figures.oversoldUnits) },
    { label: 'unjustified', value: grouped(figures.unjustifiedRefusals) },
    { label: 'lost', value: grouped(figures.lost) },
  ]
}

/** How the judges decided, in a sentence or several. */
export function verdictSentences({ verdict, reasons, counts, figures }: Judgement): string[] {
  if (verdict === 'inconclusive') return reasons.map((reason) => `INCONCLUSIVE: ${reason}`)
  if (verdict === 'violation') {
    const kinds = Object.keys(counts).length
    return [`VIOLATION: ${plural(kinds, 'kind of anomaly', 'kinds of anomaly')} found`]
  }
  const justified = plural(figures.refusalsJudged, 'refusal was', 'refusals were')
  return [
    `OK: there is an order of events that explains every answer; ${justified} held against it`,
  ]
}

function paintVerdict({ verdict }: Judgement, sentence: string, paint: Colors): string {
  if (verdict === 'ok') return paint.bold(paint.green(sentence))
  return paint.bold(verdict === 'violation' ? paint.red(sentence) : paint.yellow(sentence))
}
