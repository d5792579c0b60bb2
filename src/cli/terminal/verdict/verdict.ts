/**
 * What the recount found, once the race is over: a table of the pools, the figures of the run, and
 * sentences that say whether it went well. The sentences are matched by scripts: their words stay.
 */
import type { AnomalyName, Judgement } from '../../../lab/checker/judgement.js'
import type { RaceResult } from '../../../lab/race/race.js'
import { grouped, plural } from '../../../lab/words.js'
import { elapsed, type Figure, figureGrid, milliseconds } from '../figures.js'
import { groundLines } from '../ground-lines.js'
import { type Colors, colorsOf, paintLine } from '../spans.js'
import { renderAnomaly } from './judgement.js'
import { recountTable } from './recount-table.js'

export interface RecountLook {
  readonly color: boolean
  /** Columns of the terminal; infinite for a file. Sentences are never cut. */
  readonly columns: number
}

/** The recount as lines to print: table, figures, sentences. */
export function renderRecount(result: RaceResult, look: RecountLook): string[] {
  const paint = colorsOf(look.color)
  const table = recountTable(result, look.columns, paint)
  const figures = figureGrid(figuresOf(result), look.columns, paint.dim)
  const lines = [...table, [], ...figures].map((line) => paintLine(line, look.columns))
  const sentences = verdictSentences(result)
  const ground = groundLines(result.database, circumstances(result), look.columns).map((line) =>
    paint.dim(line),
  )
  return [
    ...lines,
    '',
    ...ground,
    '',
    ...witness(result.judgement, look),
    ...sentences.map((sentence) => paintSentence(sentence, sentences, paint)),
  ]
}

/** How the first kind of anomaly came about, and where the others are shown. */
function witness(judgement: Judgement, look: RecountLook): string[] {
  const [first, ...others] = Object.keys(judgement.counts) as AnomalyName[]
  if (first === undefined) return []
  const more = plural(others.length, 'more kind of anomaly', 'more kinds of anomaly')
  return [
    ...renderAnomaly(judgement, first, look),
    ...(others.length === 0
      ? []
      : [`  ${more}: holdfast check shows each in a history kept with --history`]),
    '',
  ]
}

/**
 * Says how a race ended: the units first, then the acknowledged reservations, then what else is
 * wrong. The first sentence is only about units. When it says OK and the run did not go well, the
 * last one says FAILED, so that a reader of either sentence alone is not misled.
 *
 * For tests: scripts match these sentences, so each is held to its words without table and colors.
 */
export function verdictSentences(result: RaceResult): string[] {
  const { findings, counts, pools, ok, words, options } = result
  const { oversold, lost, unsold, drifted } = findings
  const { unit, place } = words
  const one = (value: number) => value === 1
  const sentences = [
    oversold > 0
      ? `OVERSOLD: ${one(oversold) ? `1 ${unit} was` : `${oversold} ${unit}s were`} sold twice`
      : `OK: every ${unit} was sold at most once`,
    lost > 0
      ? `LOST: ${one(lost) ? '1 acknowledged reservation is' : `${lost} acknowledged reservations are`} not in the database`
      : 'Every acknowledged reservation is in the database.',
  ]
  if (result.promisedTwice > 0) {
    const customers = one(result.promisedTwice)
      ? '1 customer was'
      : `${result.promisedTwice} customers were`
    sentences.push(`PROMISED TWICE: ${customers} told yes for a ${unit} that somebody else has`)
  }
  if (unsold > 0) {
    const units = one(unsold) ? `1 ${unit} is` : `${unsold} ${unit}s are`
    sentences.push(`UNSOLD: ${units} left although clients were refused`)
  }
  if (drifted > 0) {
    const [which, their] = one(drifted) ? [`1 ${place}`, 'its'] : [`${drifted} ${place}s`, 'their']
    sentences.push(`DRIFT: the counter of ${which} is not the sum of ${their} reservations`)
  }
  const { judgement } = result
  sentences.push(...mailSentences(judgement, unit))
  if (judgement.verdict === 'violation') sentences.push(`JUDGES: ${foundBy(judgement)}`)
  if (counts.reserved === 0 && pools.every((pool) => pool.reservations === 0)) {
    sentences.push('EMPTY: nobody reserved anything, so this run proves nothing')
  }
  if (!ok && oversold <= 0) {
    sentences.push(`FAILED: no ${unit} was sold twice, but this run did not go well`)
  }
  if (result.verdict === 'inconclusive') {
    sentences.push(
      `INCONCLUSIVE: ${options.strategy} is a control that ought to be caught, and was not: this run proves nothing`,
    )
  }
  return sentences
}

/** What each fault of the mails is to those who had them, or had none. */
const MAIL_FAULTS = {
  double_confirmation: (count, unit) =>
    `MAILED TWICE: ${plural(count, 'customer was', 'customers were')} sent a confirmation for a ${unit} that is another’s too`,
  mail_without_booking: (count) =>
    `MAIL WITHOUT BOOKING: ${plural(count, 'mail tells', 'mails tell')} of a booking that does not exist`,
  booking_without_mail: (count) =>
    `BOOKING WITHOUT MAIL: ${plural(count, 'booking is', 'bookings are')} there of which no mail tells`,
  misdirected_mail: (count) =>
    `MISDIRECTED MAIL: ${plural(count, 'mail', 'mails')} went to somebody else`,
  repeated_mail: (count) =>
    `REPEATED MAIL: ${plural(count, 'customer has', 'customers have')} two mails about one booking`,
} satisfies { readonly [Name in AnomalyName]?: (count: number, unit: string) => string }

/** What customers found in their mailboxes, where the race sent mails. */
function mailSentences({ counts, figures }: Judgement, unit: string): string[] {
  if (figures.mails === undefined) return []
  const names = Object.keys(MAIL_FAULTS) as (keyof typeof MAIL_FAULTS)[]
  const faults = names.flatMap((name) => {
    const count = counts[name] ?? 0
    return count === 0 ? [] : [MAIL_FAULTS[name](count, unit)]
  })
  return faults.length > 0 ? faults : ['Every booking has its mail, and every mail its booking.']
}

/** Green is for a run without a fault: an OK that faults follow stays plain. */
function paintSentence(sentence: string, all: readonly string[], paint: Colors): string {
  const faults = all.filter((each) => /^[A-Z]+:/.test(each) && !each.startsWith('OK:'))
  if (/^(EMPTY|INCONCLUSIVE):/.test(sentence)) return paint.bold(paint.yellow(sentence))
  if (faults.includes(sentence)) return paint.bold(paint.red(sentence))
  if (sentence.startsWith('OK:') && faults.length === 0) return paint.bold(paint.green(sentence))
  return sentence
}

/** Every anomaly with how often it was found; `holdfast check` shows how each came about. */
function foundBy({ counts }: Judgement): string {
  const found = Object.entries(counts).map(([name, times]) => {
    return `${name.replaceAll('_', ' ')} (${grouped(times)})`
  })
  return found.join(', ')
}

/** How it was asked, and what happened meanwhile. */
function circumstances({ isolation, settled, chaos }: RaceResult): string[] {
  const { own, ran } = isolation
  return [
    ...(ran === own ? [] : [`isolation ${ran} instead of ${own}`]),
    ...chaos.did,
    ...(settled > 0 ? [`${plural(settled, 'unknown answer')} settled afterwards`] : []),
  ]
}

function figuresOf({
  options,
  counts,
  elapsedMs,
  reservedPerSecond,
  latencyMs,
}: RaceResult): Figure[] {
  return [
    { label: 'requests', value: grouped(counts.requests) },
    { label: 'reserved', value: grouped(counts.reserved) },
    { label: 'refused', value: grouped(counts.refused) },
    { label: 'conflicts', value: grouped(counts.conflicts) },
    { label: 'retries', value: grouped(counts.retries) },
    { label: 'unknown', value: grouped(counts.unknown) },
    ...(options.rate === undefined ? [] : [{ label: 'dropped', value: grouped(counts.dropped) }]),
    { label: 'reserved/s', value: grouped(reservedPerSecond) },
    { label: 'p50', value: milliseconds(latencyMs.p50) },
    { label: 'p99', value: milliseconds(latencyMs.p99) },
    { label: 'p99.9', value: milliseconds(latencyMs.p999) },
    { label: 'elapsed', value: elapsed(elapsedMs) },
    { label: 'seed', value: String(options.seed) },
  ]
}
