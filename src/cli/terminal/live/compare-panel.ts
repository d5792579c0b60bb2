/** A comparison under way: who has raced and how it went, who is racing, and how long it will take. */
import type { ComparisonSnapshot } from '../../../lab/compare/comparison.js'
import { grouped } from '../../../lab/words.js'
import { elapsed, percent } from '../figures.js'
import {
  type Colors,
  colorsOf,
  left,
  paintLine,
  right,
  span,
  type TextSpan,
  widthOf,
} from '../spans.js'
import { compareTable } from '../verdict/compare-table.js'
import { sparkline, thinBar } from './bars.js'
import { sumsOf } from './race-figures.js'

export interface ComparePanelLook {
  readonly columns: number
  readonly rows: number
  readonly color: boolean
}

const COLUMNS_MAX = 140

/** Draws one look at a comparison; every line fits `columns`. */
export function renderComparePanel(seen: ComparisonSnapshot, look: ComparePanelLook): string[] {
  // The last column stays free: erasing what follows a full line takes its last character along.
  const columns = Math.min(look.columns - 1, COLUMNS_MAX)
  const paint = colorsOf(look.color)
  const head = [titleLine(seen, columns, paint), progressLine(seen, columns, paint)]
  const waiting = seen.strategies.slice(seen.soFar.length)
  const table = compareTable(seen.soFar, columns, paint, waiting)
  const lines = [...head, [], ...table, [], ...raceLines(seen, columns, paint)]
  // A row is left to the cursor; what is racing now can be read in the second line, too.
  return lines.slice(0, Math.max(1, look.rows - 1)).map((line) => paintLine(line, columns))
}

/** Says how far a comparison has come, in one plain line. */
export function renderCompareLine(seen: ComparisonSnapshot): string {
  const { current, rounds, racesDone, races, race, leftMs } = seen
  const parts = [`race ${racesDone + 1} of ${races}: ${current.strategy}`]
  if (rounds > 1) parts.push(`round ${current.round} of ${rounds}`)
  if (race !== undefined) {
    const { sold, capacity, over } = sumsOf(race)
    const { unit } = race.words
    parts.push(`${grouped(sold)} of ${grouped(capacity)} ${unit}s sold`)
    if (over > 0) parts.push(`OVERSOLD by ${grouped(over)}`)
  }
  if (leftMs !== undefined) parts.push(`about ${elapsed(leftMs)} left`)
  return `${elapsed(seen.elapsedMs)}: ${parts.join(', ')}`
}

function titleLine({ options, elapsedMs }: ComparisonSnapshot, columns: number, paint: Colors) {
  const title = [
    span('holdfast', paint.bold),
    span(' · ', paint.dim),
    span(`compare ${options.scenario}`, paint.bold),
    span(` · ${grouped(options.clients)} clients × ${options.servers} servers`, paint.dim),
    span(` · seed ${options.seed}`, paint.dim),
  ]
  const time = elapsed(elapsedMs)
  while (title.length > 3 && widthOf(title) + 2 + time.length > columns) title.pop()
  return [...title, span(right(time, Math.max(0, columns - widthOf(title))))]
}

function progressLine(seen: ComparisonSnapshot, columns: number, paint: Colors): TextSpan[] {
  const { racesDone, races, race, current, rounds, leftMs } = seen
  const share = Math.min(1, (racesDone + (race?.progress ?? 0)) / races)
  const leftWords = leftMs === undefined ? '' : ` about ${elapsed(leftMs)} left`
  const words = `${current.strategy}, round ${current.round} of ${rounds}  ${percent(share)}${leftWords}`
  const bar = thinBar(share, Math.max(0, columns - words.length - 2))
  return [span(bar.done, paint.cyan), span(bar.todo, paint.dim), span(`  ${words}`)]
}

function raceLines({ race }: ComparisonSnapshot, columns: number, paint: Colors): TextSpan[][] {
  if (race === undefined) return [[span('preparing the next race', paint.dim)]]
  const { sold, capacity, over, reservedPerSecond } = sumsOf(race)
  const facts = [
    `${grouped(sold)}/${grouped(capacity)} ${race.words.unit}s`,
    `${grouped(race.counts.requests)} requests`,
    `${grouped(reservedPerSecond)} reserved/s`,
  ]
  const line: TextSpan[] = [span(left(facts.join(' · '), Math.min(56, columns)))]
  if (over > 0) line.push(span(`  +${grouped(over)} over`, (text) => paint.bold(paint.red(text))))
  const room = columns - widthOf(line) - 2
  line.push(span('  '), span(sparkline(race.reservedPerTick, Math.max(0, room)), paint.cyan))
  return [line]
}
