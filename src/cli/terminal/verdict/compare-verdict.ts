/** The result of a comparison: the table, what it was measured on, and sentences that sum it up. */
import { ANOMALIES, type AnomalyName } from '../../../lab/checker/judgement.js'
import type { ComparedStrategy, Comparison } from '../../../lab/compare/comparison.js'
import { grouped, plural } from '../../../lab/words.js'
import { groundLines } from '../ground-lines.js'
import { type Colors, colorsOf, paintLine } from '../spans.js'
import { compareTable } from './compare-table.js'
import type { RecountLook } from './verdict.js'

export function renderComparison(comparison: Comparison, look: RecountLook): string[] {
  const paint = colorsOf(look.color)
  const { strategies, rounds, database } = comparison
  const table = compareTable(strategies, look.columns, paint)
  const rule = `${plural(rounds, 'round')}; what went wrong is of all rounds, other figures are medians`
  const ground = groundLines(database, [], look.columns)
  return [
    ...table.map((line) => paintLine(line, look.columns)),
    '',
    ...[rule, ...ground].map((line) => paint.dim(line)),
    '',
    ...sentencesOf(comparison).map((sentence) => painted(sentence, paint)),
  ]
}

/** First what is wrong with safe strategies, then controls that were not caught; else that all is well. */
function sentencesOf({ strategies }: Comparison): string[] {
  const of = (verdict: ComparedStrategy['verdict']) =>
    strategies.filter((each) => each.verdict === verdict)
  const names = (rows: readonly ComparedStrategy[]) => rows.map((row) => row.strategy).join(', ')
  const sentences = of('violation').map((row) => `VIOLATION: ${row.strategy}: ${found(row)}`)
  const missed = of('missed')
  if (missed.length > 0) {
    sentences.push(
      `INCONCLUSIVE: ${names(missed)} ought to have been caught and showed nothing, so that the others prove little`,
    )
  }
  const caught = of('caught')
  if (sentences.length === 0) {
    const safe = of('ok').length
    sentences.push(
      `OK: ${plural(safe, 'safe strategy', 'safe strategies')} without a fault${
        caught.length === 0 ? '' : `; caught, as they had to be: ${names(caught)}`
      }`,
    )
    if (caught.length === 0) {
      sentences.push('No control was raced: that nothing was found may be the lab’s fault.')
    }
  }
  return sentences
}

/** The anomalies of all rounds, the most severe first. */
function found({ races, oversold, lost }: ComparedStrategy): string {
  const names = Object.keys(ANOMALIES) as AnomalyName[]
  const parts = names.flatMap((name) => {
    const times = races.reduce((sum, race) => sum + (race.judgement.counts[name] ?? 0), 0)
    return times === 0 ? [] : [`${name.replaceAll('_', ' ')} (${grouped(times)})`]
  })
  if (parts.length > 0) return parts.join(', ')
  return oversold > 0
    ? `${grouped(oversold)} oversold`
    : `${grouped(lost)} lost, or counted wrongly`
}

function painted(sentence: string, paint: Colors): string {
  if (sentence.startsWith('OK:')) return paint.bold(paint.green(sentence))
  if (sentence.startsWith('VIOLATION:')) return paint.bold(paint.red(sentence))
  return sentence.startsWith('INCONCLUSIVE:') ? paint.bold(paint.yellow(sentence)) : sentence
}
