/** The hotels as the database tells them after a race: a row each and a row for all of them. */
import type { HotelRecount } from '../../lab/race.js'
import { count } from './figures.js'
import { type Colors, cut, left, right, type Span, span, widthOf } from './spans.js'

interface Row extends HotelRecount {
  readonly over: number
  readonly left: number
  readonly drifted: boolean
}

interface Column {
  readonly title: string
  readonly spanOf: (row: Row, paint: Colors) => Span
}

const COLUMNS: readonly Column[] = [
  { title: 'contracted', spanOf: (row) => span(count(row.contracted)) },
  { title: 'reservations', spanOf: (row) => span(count(row.reservations)) },
  { title: 'rooms sold', spanOf: (row) => span(count(row.sold)) },
  {
    title: 'counter',
    spanOf: (row, paint) => span(count(row.counter), row.drifted ? paint.yellow : undefined),
  },
]
const GAP = '  '
const NAME_MIN = 10
const NAME_MAX = 32

/** The spans of each line; on a narrow terminal every hotel is a block of lines of its own. */
export function recountTable(
  hotels: readonly HotelRecount[],
  columns: number,
  paint: Colors,
): Span[][] {
  const all = hotels.map(rowOf)
  const rows = all.length > 1 ? [...all, totalOf(all)] : all
  const widths = COLUMNS.map(({ title, spanOf }) =>
    Math.max(title.length, ...rows.map((row) => widthOf([spanOf(row, paint)]))),
  )
  const end = Math.max(0, ...rows.map((row) => widthOf([endOf(row, paint)])))
  const figures = [...widths, end].reduce((sum, width) => sum + GAP.length + width, 0)
  const longest = Math.max(NAME_MIN, ...rows.map((row) => widthOf([span(row.name)])))
  const name = Math.min(longest, NAME_MAX, columns - figures)
  if (name < NAME_MIN) return rows.flatMap((row) => blockOf(row, columns, paint))
  const head = COLUMNS.map(({ title }, index) => cell(span(title, paint.dim), widths[index]))
  const lines = rows.map((row) => [
    span(left(row.name, name)),
    ...COLUMNS.map(({ spanOf }, index) => cell(spanOf(row, paint), widths[index])),
    cell(endOf(row, paint), end),
  ])
  const rule = [span('─'.repeat(name + figures), paint.dim)]
  const total = lines.splice(all.length)
  return [
    [span(left('hotel', name), paint.dim), ...head],
    ...lines,
    ...total.flatMap((line) => [rule, line]),
  ]
}

function cell({ text, paint }: Span, width = 0): Span {
  return span(GAP + right(text, width), paint)
}

function blockOf(row: Row, columns: number, paint: Colors): Span[][] {
  const end = endOf(row, paint)
  const name = cut(row.name, columns - GAP.length - widthOf([end]))
  return [
    [span(name, paint.bold), span(GAP), end],
    ...COLUMNS.map(({ title, spanOf }) => [
      span(GAP + left(title, 12), paint.dim),
      cell(spanOf(row, paint), 10),
    ]),
  ]
}

function rowOf(hotel: HotelRecount): Row {
  return {
    ...hotel,
    over: Math.max(0, hotel.sold - hotel.contracted),
    left: Math.max(0, hotel.contracted - hotel.sold),
    drifted: hotel.counter !== hotel.sold,
  }
}

/** Sums what each hotel has over and left: one hotel's free rooms do not undo another's excess. */
function totalOf(rows: readonly Row[]): Row {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)
  return {
    name: 'all hotels',
    contracted: sum((row) => row.contracted),
    reservations: sum((row) => row.reservations),
    sold: sum((row) => row.sold),
    counter: sum((row) => row.counter),
    over: sum((row) => row.over),
    left: sum((row) => row.left),
    drifted: rows.some((row) => row.drifted),
  }
}

function endOf({ over, left: free }: Row, paint: Colors): Span {
  if (over > 0) return span(`+${count(over)} over`, (text) => paint.bold(paint.red(text)))
  return free > 0 ? span(`${count(free)} left`, paint.dim) : span('sold out', paint.green)
}
