/** The pools as the database has them after a race: a row for each, and one for all of them. */
import type { PoolRecount, RaceResult } from '../../../lab/race/race.js'
import { grouped, plural } from '../../../lab/words.js'
import { type Colors, cut, left, right, span, type TextSpan, widthOf } from '../spans.js'

interface Row extends PoolRecount {
  readonly over: number
  readonly left: number
  readonly drifted: boolean
}

interface Column {
  readonly title: string
  readonly spanOf: (row: Row, paint: Colors) => TextSpan
}

const columnsOf = (unit: string): readonly Column[] => [
  { title: 'capacity', spanOf: (row) => span(grouped(row.capacity)) },
  { title: 'reservations', spanOf: (row) => span(grouped(row.reservations)) },
  { title: `${unit}s sold`, spanOf: (row) => span(grouped(row.sold)) },
  {
    title: 'counter',
    spanOf: (row, paint) => span(grouped(row.counter), row.drifted ? paint.yellow : undefined),
  },
]
const GAP = '  '
const NAME_MIN = 10
const NAME_MAX = 32

/** Of more pools than this only those are shown of which there is something to say. */
const POOLS_MAX = 20

/** The spans of each line; on a narrow terminal every pool is a block of lines of its own. */
export function recountTable(
  { pools, words }: Pick<RaceResult, 'pools' | 'words'>,
  columns: number,
  paint: Colors,
): TextSpan[][] {
  const everything = pools.map(rowOf)
  const all = everything.length > POOLS_MAX ? remarkable(everything) : everything
  const rows = everything.length > 1 ? [...all, totalOf(everything, words.place)] : all
  const titles = columnsOf(words.unit)
  const widths = titles.map(({ title, spanOf }) =>
    Math.max(title.length, ...rows.map((row) => widthOf([spanOf(row, paint)]))),
  )
  const end = Math.max(0, ...rows.map((row) => widthOf([endOf(row, paint)])))
  const figures = [...widths, end].reduce((sum, width) => sum + GAP.length + width, 0)
  const longest = Math.max(NAME_MIN, ...rows.map((row) => widthOf([span(row.name)])))
  const name = Math.min(longest, NAME_MAX, columns - figures)
  if (name < NAME_MIN) return rows.flatMap((row) => blockOf(row, titles, columns, paint))
  const head = titles.map(({ title }, index) => cell(span(title, paint.dim), widths[index]))
  const lines = rows.map((row) => [
    span(left(row.name, name)),
    ...titles.map(({ spanOf }, index) => cell(spanOf(row, paint), widths[index])),
    cell(endOf(row, paint), end),
  ])
  const rule = [span('─'.repeat(name + figures), paint.dim)]
  const total = lines.splice(all.length)
  return [
    [span(left(words.place, name), paint.dim), ...head],
    ...lines,
    ...unsaid(everything.length - all.length, everything.length, words.place, paint),
    ...total.flatMap((line) => [rule, line]),
  ]
}

function cell({ text, paint }: TextSpan, width = 0): TextSpan {
  return span(GAP + right(text, width), paint)
}

/** The worst first: what was sold twice, then counters that lie; never more than fit. */
function remarkable(rows: readonly Row[]): Row[] {
  const over = rows.filter((row) => row.over > 0).sort((a, b) => b.over - a.over)
  const drifted = rows.filter((row) => row.over === 0 && row.drifted)
  return [...over, ...drifted].slice(0, POOLS_MAX)
}

function unsaid(hidden: number, all: number, place: string, paint: Colors): TextSpan[][] {
  return hidden === 0 || hidden === all
    ? []
    : [[span(`… and ${plural(hidden, `more ${place}`)}`, paint.dim)]]
}

function blockOf(row: Row, table: readonly Column[], columns: number, paint: Colors): TextSpan[][] {
  const end = endOf(row, paint)
  const name = cut(row.name, columns - GAP.length - widthOf([end]))
  return [
    [span(name, paint.bold), span(GAP), end],
    ...table.map(({ title, spanOf }) => [
      span(GAP + left(title, 12), paint.dim),
      cell(spanOf(row, paint), 10),
    ]),
  ]
}

function rowOf(pool: PoolRecount): Row {
  return {
    ...pool,
    over: Math.max(0, pool.sold - pool.capacity),
    left: Math.max(0, pool.capacity - pool.sold),
    drifted: pool.counter !== pool.sold,
  }
}

/** Sums what each pool has over and left: one pool's free units do not undo another's excess. */
function totalOf(rows: readonly Row[], place: string): Row {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0)
  return {
    name: `all ${place}s`,
    capacity: sum((row) => row.capacity),
    reservations: sum((row) => row.reservations),
    sold: sum((row) => row.sold),
    counter: sum((row) => row.counter),
    over: sum((row) => row.over),
    left: sum((row) => row.left),
    drifted: rows.some((row) => row.drifted),
  }
}

function endOf({ over, left: free }: Row, paint: Colors): TextSpan {
  if (over > 0) return span(`+${grouped(over)} over`, (text) => paint.bold(paint.red(text)))
  return free > 0 ? span(`${grouped(free)} left`, paint.dim) : span('sold out', paint.green)
}
