/**
 * The part of a race's panel in which everything lines up: a name, a drawing, figures and a state in
 * every line, first the resources against their 100 % and then how far the race has come.
 */
import type { RaceSnapshot, ResourceProgress } from '../../../lab/race/race.js'
import { grouped } from '../../../lab/words.js'
import { percent } from '../figures.js'
import { type Colors, left, right, span, type TextSpan, widthOf } from '../spans.js'
import { cellsWithin, scaleFor, shareOf, sparkline, stockBar, thinBar } from './bars.js'
import type { RaceSums } from './race-figures.js'

export interface RaceChart {
  /** Where 100 % is, above the mark in the bars. */
  readonly ruler: readonly TextSpan[]
  readonly resources: readonly (readonly TextSpan[])[]
  /** For between two resources: nothing but the mark. */
  readonly between: readonly TextSpan[]
  /** Units, clients and the rate. */
  readonly progress: readonly (readonly TextSpan[])[]
}

/** What every line of the chart needs to know. */
interface Sheet {
  readonly seen: RaceSnapshot
  readonly sums: RaceSums
  readonly paint: Colors
  readonly grid: Grid
}

/** Widths in columns, and how far beyond 100 % the bars reach. */
interface Grid {
  readonly name: number
  readonly bar: number
  readonly figures: number
  readonly state: number
  readonly gap: string
  readonly scale: number
  /** False on narrow terminals: words are shortened. */
  readonly wordy: boolean
}

const BAR_MIN = 6
const NAME_MIN = 10
const NAME_MIN_NARROW = 6

/**
 * Draws the chart in `columns`.
 *
 * @param safe whether the strategy promises not to oversell
 */
export function drawRaceChart(
  seen: RaceSnapshot,
  sums: RaceSums,
  look: { readonly columns: number; readonly paint: Colors; readonly safe: boolean },
): RaceChart {
  const grid = gridFor(seen, sums, look.columns, look.safe)
  const sheet: Sheet = { seen, sums, paint: look.paint, grid }
  const toMark = grid.name + grid.gap.length + cellsWithin(grid.bar, grid.scale)
  return {
    ruler: [span(right('100 %', toMark + 1), look.paint.dim)],
    resources: seen.resources.map((resource) => resourceLine(sheet, resource)),
    between: [span(' '.repeat(toMark)), span('│', look.paint.dim)],
    progress: [unitsLine(sheet), clientsLine(sheet), rateLine(sheet)],
  }
}

function gridFor(seen: RaceSnapshot, sums: RaceSums, columns: number, safe: boolean): Grid {
  const wordy = columns >= 64
  const gap = wordy ? '  ' : ' '
  const state = widest([wordy ? '+999 over' : '100 %', overWords(sums.over, wordy)])
  const wanted = widest([
    'reserved/s',
    `${seen.words.unit}s`,
    ...seen.resources.map((resource) => resource.name),
  ])
  let figures = widest([...[sums, ...seen.resources].map(soldOfCapacity), doneOfClients(seen)])
  let name = Math.min(wanted, Math.max(NAME_MIN, Math.floor(columns / 4)))
  const barRoom = () => columns - name - figures - state - 3 * gap.length
  // Where room is short, names give way first and figures next; what is over is never left out.
  if (barRoom() < BAR_MIN) name = Math.max(NAME_MIN_NARROW, name - BAR_MIN + barRoom())
  if (barRoom() < BAR_MIN) figures = 0
  const bar = Math.max(BAR_MIN, barRoom())
  const ratios = seen.resources.map(({ sold, capacity, over }) => {
    if (capacity <= 0) return 0
    return over > 0 ? 1 + over / capacity : sold / capacity
  })
  // An unsafe strategy gets room beyond the mark from the start: that is what one runs it for.
  const scale = scaleFor(Math.max(0, ...ratios), safe ? 1 : 1.25)
  return { name, bar, figures, state, gap, scale, wordy }
}

function resourceLine(sheet: Sheet, resource: ResourceProgress): TextSpan[] {
  const { grid, paint } = sheet
  const { over } = resource
  const soldOut = over === 0 && resource.sold === resource.capacity
  const bar = stockBar(resource, grid.bar, grid.scale)
  const drawing = [
    span(bar.sold, soldOut ? paint.green : paint.cyan),
    span(bar.free, paint.dim),
    span(bar.mark, paint.dim),
    span(bar.over, paint.red),
    span(bar.rest),
  ]
  const share = shareOf(resource.sold - over, resource.capacity)
  const full = span(grid.wordy ? 'sold out' : 'full', paint.green)
  const state = soldOut ? full : stateOf(sheet, over, share)
  return gridLine(grid, span(resource.name), drawing, soldOfCapacity(resource), state)
}

function unitsLine(sheet: Sheet): TextSpan[] {
  const { sums, seen } = sheet
  // Units sold twice are no progress: they fill no free unit.
  const share = shareOf(sums.sold - sums.over, sums.capacity)
  return progressLine(
    sheet,
    `${seen.words.unit}s`,
    share,
    soldOfCapacity(sums),
    stateOf(sheet, sums.over, share),
  )
}

function clientsLine(sheet: Sheet): TextSpan[] {
  const share = shareOf(sheet.seen.clientsDone, sheet.seen.options.clients)
  return progressLine(sheet, 'clients', share, doneOfClients(sheet.seen), stateOf(sheet, 0, share))
}

function rateLine({ seen, sums, grid, paint }: Sheet): TextSpan[] {
  const line = span(left(sparkline(seen.reservedPerTick, grid.bar), grid.bar), paint.cyan)
  const rate = grouped(sums.reservedPerSecond)
  return gridLine(grid, span('reserved/s', paint.dim), [line], rate, span(''))
}

function progressLine(
  { grid, paint }: Sheet,
  name: string,
  share: number,
  figures: string,
  state: TextSpan,
): TextSpan[] {
  const bar = thinBar(share, grid.bar)
  const drawing = [span(bar.done, paint.cyan), span(bar.todo, paint.dim)]
  return gridLine(grid, span(name, paint.dim), drawing, figures, state)
}

function gridLine(
  grid: Grid,
  name: TextSpan,
  drawing: readonly TextSpan[],
  figures: string,
  state: TextSpan,
): TextSpan[] {
  const gap = span(grid.gap)
  return [
    { ...name, text: left(name.text, grid.name) },
    gap,
    ...drawing,
    gap,
    span(right(figures, grid.figures)),
    gap,
    { ...state, text: right(state.text, grid.state) },
  ]
}

function stateOf({ grid, paint }: Sheet, over: number, share: number): TextSpan {
  if (over <= 0) return span(percent(share), paint.dim)
  return span(overWords(over, grid.wordy), (text) => paint.bold(paint.red(text)))
}

function overWords(over: number, wordy: boolean): string {
  return wordy ? `+${grouped(over)} over` : `+${grouped(over)}`
}

function soldOfCapacity({ sold, capacity }: { sold: number; capacity: number }): string {
  return `${grouped(sold)}/${grouped(capacity)}`
}

function doneOfClients({ clientsDone, options }: RaceSnapshot): string {
  return `${grouped(clientsDone)}/${grouped(options.clients)}`
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => widthOf([span(text)])))
}
