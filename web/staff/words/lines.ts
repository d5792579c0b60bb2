/** The lines of a reservation in words: what, when, how many. */
import type { Line } from 'holdfast/client'
import {
  addDays,
  clockText,
  dateOf,
  dateText,
  daysBetween,
  isElsewhere,
  spanText,
  zoneText,
} from '../../shared/times.js'
import { type Names, shortId } from './names.js'

/** One line, or the nights of one stay. */
export interface LineWords {
  readonly key: string
  readonly quantity: number
  /** `Court 1`, `Double room`, `Conference (block)`. */
  readonly what: string
  /** By the clocks of the place; undefined for what is bound to no time. */
  readonly when: string | undefined
  /** The first day, `YYYY-MM-DD`; undefined for what is bound to no time. */
  readonly firstDay: string | undefined
  /** Whose clocks those are, where the reader's show something else. */
  readonly clocks: string | undefined
  /** Milliseconds since 1970; of a slot or a range. */
  readonly fromMs: number | undefined
}

/** In the order of the lines; nights that follow each other are one stay. */
export function wordsOf(lines: readonly Line[], names: Names): LineWords[] {
  return staysIn(lines).map((stay) => {
    const [first] = stay
    if (first.night !== undefined) return stayWords(stay, names)
    if (first.from !== undefined && first.to !== undefined) return timeWords(first, names)
    const { pool_id: key, quantity } = first
    const what = names.ofPool(key) ?? `Pool ${shortId(key)}`
    return {
      ...{ key, quantity, what },
      ...{ when: undefined, firstDay: undefined, clocks: undefined, fromMs: undefined },
    }
  })
}

/** All of it on one line: `2 × Double room, Fri 4 Dec – Sun 6 Dec, 2 nights`. */
export function lineText({ quantity, what, when }: LineWords): string {
  const many = quantity === 1 ? what : `${quantity} × ${what}`
  return when === undefined ? many : `${many}, ${when}`
}

/** One line, or several nights that follow each other. */
export type Lines = readonly [Line, ...Line[]]

/** Lines of nights come in the order of their dates, those of one resource together. */
export function staysIn(lines: readonly Line[]): Lines[] {
  const stays: [Line, ...Line[]][] = []
  for (const line of lines) {
    const stay = stays.at(-1)
    const last = stay?.at(-1)
    if (stay !== undefined && last !== undefined && follows(last, line)) stay.push(line)
    else stays.push([line])
  }
  return stays
}

function follows(before: Line, line: Line): boolean {
  if (before.night === undefined || line.night === undefined) return false
  const isSame =
    before.resource_id === line.resource_id &&
    before.block_id === line.block_id &&
    before.quantity === line.quantity
  return isSame && addDays(before.night, 1) === line.night
}

function stayWords(stay: Lines, names: Names): LineWords {
  const [{ resource_id, block_id, night = '', quantity, pool_id }] = stay
  const checkOut = addDays(stay.at(-1)?.night ?? night, 1)
  const nights = daysBetween(night, checkOut)
  return {
    key: pool_id,
    quantity,
    what: block_id === undefined ? names.ofResource(resource_id ?? '') : blockName(block_id, names),
    when: `${dayText(night)} – ${dayText(checkOut)}, ${nights === 1 ? '1 night' : `${nights} nights`}`,
    firstDay: night,
    // A date is a date wherever the reader is.
    clocks: undefined,
    fromMs: undefined,
  }
}

function blockName(blockId: string, names: Names): string {
  return `${names.ofResource(blockId)} (block)`
}

function timeWords(
  { pool_id, quantity, resource_id = '', from, to }: Line,
  names: Names,
): LineWords {
  const zone = names.zoneOf(resource_id)
  const [fromMs, toMs] = [Date.parse(from ?? ''), Date.parse(to ?? '')]
  return {
    key: pool_id,
    quantity,
    what: names.ofResource(resource_id),
    when: withYear(spanText(zone, fromMs, toMs, 'short'), dateOf(zone, fromMs)),
    firstDay: dateOf(zone, fromMs),
    clocks: isElsewhere(zone, fromMs) ? zoneText(zone, fromMs) : undefined,
    fromMs,
  }
}

function dayText(date: string): string {
  return withYear(dateText(date, 'short'), date)
}

/** The year is said where it is another one. */
function withYear(text: string, date: string): string {
  const year = date.slice(0, 'YYYY'.length)
  return year === String(new Date().getFullYear()) ? text : `${text} (${year})`
}

/** `Fri 4 Dec, 18:00`, by the clocks of a zone. */
export function momentText(zone: string, time: string): string {
  const ms = Date.parse(time)
  const date = dateOf(zone, ms)
  return `${dayText(date)}, ${clockText(zone, ms)}`
}
