/**
 * What the recount found, once the race is over: a table of the hotels, the figures of the run, and
 * sentences that say whether it went well. The sentences are matched by scripts: their words stay.
 */
import type { RaceResult } from '../../lab/race.js'
import { count, elapsed, type Figure, figureGrid, milliseconds } from './figures.js'
import { recountTable } from './recount-table.js'
import { type Colors, colorsOf, paintLine } from './spans.js'

export interface RecountLook {
  readonly color: boolean
  /** Columns of the terminal; infinite for a file. Sentences are never cut. */
  readonly columns: number
}

/** The recount as lines to print: table, figures, sentences. */
export function renderRecount(result: RaceResult, look: RecountLook): string[] {
  const paint = colorsOf(look.color)
  const table = recountTable(result.hotels, look.columns, paint)
  const figures = figureGrid(figuresOf(result), look.columns, paint.dim)
  const lines = [...table, [], ...figures].map((line) => paintLine(line, look.columns))
  const sentences = verdictSentences(result)
  return [...lines, '', ...sentences.map((sentence) => paintSentence(sentence, sentences, paint))]
}

/**
 * Says how a race ended, the rooms first, then the acknowledged reservations, then what else is
 * wrong. The first sentence is only about rooms; when it says OK and the run is not, the last one
 * says FAILED, so that whoever reads only one of the two is not misled.
 */
export function verdictSentences({ findings, counts, hotels, ok }: RaceResult): string[] {
  const { oversold, lost, unsold, drifted } = findings
  const one = (value: number) => value === 1
  const sentences = [
    oversold > 0
      ? `OVERSOLD: ${one(oversold) ? '1 room was' : `${oversold} rooms were`} sold twice`
      : 'OK: every room was sold at most once',
    lost > 0
      ? `LOST: ${one(lost) ? '1 acknowledged reservation is' : `${lost} acknowledged reservations are`} not in the database`
      : 'Every acknowledged reservation is in the database.',
  ]
  if (unsold > 0) {
    const rooms = one(unsold) ? '1 room is' : `${unsold} rooms are`
    sentences.push(`UNSOLD: ${rooms} left although clients were refused`)
  }
  if (drifted > 0) {
    const [which, their] = one(drifted) ? ['1 hotel', 'its'] : [`${drifted} hotels`, 'their']
    sentences.push(`DRIFT: the counter of ${which} is not the sum of ${their} reservations`)
  }
  if (counts.reserved === 0 && hotels.every((hotel) => hotel.reservations === 0)) {
    sentences.push('EMPTY: nobody reserved anything, so this run proves nothing')
  }
  if (!ok && oversold <= 0) {
    sentences.push('FAILED: no room was sold twice, but this run did not go well')
  }
  return sentences
}

/** Green is for a run without a fault: an OK that faults follow stays plain. */
function paintSentence(sentence: string, all: readonly string[], paint: Colors): string {
  const faults = all.filter((each) => /^[A-Z]+:/.test(each) && !each.startsWith('OK:'))
  if (sentence.startsWith('EMPTY:')) return paint.bold(paint.yellow(sentence))
  if (faults.includes(sentence)) return paint.bold(paint.red(sentence))
  if (sentence.startsWith('OK:') && faults.length === 0) return paint.bold(paint.green(sentence))
  return sentence
}

function figuresOf({
  options,
  counts,
  elapsedMs,
  reservedPerSecond,
  latencyMs,
}: RaceResult): Figure[] {
  return [
    { label: 'requests', value: count(counts.requests) },
    { label: 'reserved', value: count(counts.reserved) },
    { label: 'refused', value: count(counts.refused) },
    { label: 'conflicts', value: count(counts.conflicts) },
    { label: 'retries', value: count(counts.retries) },
    { label: 'unknown', value: count(counts.unknown) },
    { label: 'reserved/s', value: count(reservedPerSecond) },
    { label: 'p50', value: milliseconds(latencyMs.p50) },
    { label: 'p99', value: milliseconds(latencyMs.p99) },
    { label: 'elapsed', value: elapsed(elapsedMs) },
    { label: 'seed', value: String(options.seed) },
  ]
}
