/**
 * Times as people read them: by the clocks of the place, in the reader's language. Which instant is
 * which local time comes from the one library that computes local times; the language's way to write
 * it comes from Intl.
 */
import { daysBetween } from '../../domain/time/date.js'
import { localOf, MS_PER_MINUTE } from '../../domain/time/zoned-time.js'
import type { BookedPlace } from './facts.js'
import type { MailWords } from './words.js'

/** How one reader reads dates. */
export interface DateReading {
  readonly words: MailWords
  /** A tag of BCP 47, for instance `de-AT`. */
  readonly locale: string
}

/** A time in words. */
export interface TimeShown {
  /** Long: `Friday, 4 December 2026, 18:00–19:00`. */
  readonly when: string
  /** Which clocks these are: `India Standard Time`; for a stay, how many nights it has. */
  readonly detail: string
  /** Short, for a subject: `4 Dec, 18:00`. */
  readonly short: string
  /** For the leaf of a calendar. */
  readonly leaf: { readonly month: string; readonly day: string; readonly weekday: string }
}

/** @returns undefined for a place that is bound to no time */
export function timeShown(
  { time, timeZone }: Pick<BookedPlace, 'time' | 'timeZone'>,
  { words, locale }: DateReading,
): TimeShown | undefined {
  if (time === undefined) return undefined
  if (time.kind === 'stay') {
    const checkIn = Date.parse(time.checkIn)
    return {
      when: datesShown(time.checkIn, time.checkOut, { locale }),
      detail: words.nights(daysBetween(time.checkIn, time.checkOut)),
      short: shortDate(locale, checkIn),
      leaf: leafOf(locale, checkIn),
    }
  }
  const { fromMs, toMs } = time
  const [from, to] = [wallOf(timeZone, fromMs), wallOf(timeZone, toMs)]
  const [zone, zoneAfter] = [zoneName(locale, timeZone, fromMs), zoneName(locale, timeZone, toMs)]
  // With two names the clocks are set in between: the same figures may then stand for two moments.
  const clocks = zone === zoneAfter ? zone : `${zone} → ${zoneAfter}`
  const day = longDate(locale, from)
  const short = `${shortDate(locale, from)}, ${clock(locale, from)}`
  const oneDay = day === longDate(locale, to)
  const when = oneDay
    ? `${day}, ${clock(locale, from)}–${clock(locale, to)}`
    : words.span(`${day}, ${clock(locale, from)}`, `${longDate(locale, to)}, ${clock(locale, to)}`)
  return { when, detail: clocks, short, leaf: leafOf(locale, from) }
}

/** @param date `YYYY-MM-DD` */
export function dateShown(date: string, { locale }: Pick<DateReading, 'locale'>): string {
  return longDate(locale, Date.parse(date))
}

/** Two dates, with what they share said once: `Friday 4 – Monday 7 December 2026`. */
export function datesShown(
  from: string,
  to: string,
  { locale }: Pick<DateReading, 'locale'>,
): string {
  const format = new Intl.DateTimeFormat(locale, { ...UTC, ...LONG })
  // Unicode's data puts thin spaces around the dash, and sometimes elsewhere.
  const dates = format.formatRange(Date.parse(from), Date.parse(to)).replaceAll('\u2009', ' ')
  // A line ends at the dash.
  return unbroken(dates).replace('–\u00a0', '– ')
}

/** A moment with its date, by the clocks of a zone. */
export function momentShown(
  ms: number,
  timeZone: string,
  { locale }: Pick<DateReading, 'locale'>,
): string {
  const wall = wallOf(timeZone, ms)
  return `${longDate(locale, wall)}, ${clock(locale, wall)} (${zoneName(locale, timeZone, ms)})`
}

/** What the clocks show, as milliseconds that are to be read as UTC. */
function wallOf(timeZone: string, ms: number): number {
  const { date, minute } = localOf(timeZone, ms)
  return Date.parse(date) + minute * MS_PER_MINUTE
}

const UTC = { timeZone: 'UTC', calendar: 'gregory' } as const

const LONG = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const

function longDate(locale: string, wall: number): string {
  return unbroken(new Intl.DateTimeFormat(locale, { ...UTC, ...LONG }).format(wall))
}

/** A line ends behind the comma of a weekday, never between a day and its month. */
function unbroken(date: string): string {
  return date.replaceAll(/(?<!,) /g, '\u00a0')
}

function shortDate(locale: string, wall: number): string {
  return new Intl.DateTimeFormat(locale, { ...UTC, day: 'numeric', month: 'short' }).format(wall)
}

function clock(locale: string, wall: number): string {
  return new Intl.DateTimeFormat(locale, { ...UTC, timeStyle: 'short' }).format(wall)
}

function leafOf(locale: string, wall: number): TimeShown['leaf'] {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...UTC, ...options }).format(wall).replace('.', '')
  return {
    month: part({ month: 'short' }),
    day: String(new Date(wall).getUTCDate()),
    weekday: part({ weekday: 'short' }),
  }
}

/** What people call the clocks of a zone; its own name where they have no word for it. */
function zoneName(locale: string, timeZone: string, ms: number): string {
  const city = timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone
  try {
    const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' })
    const name = parts.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value
    if (name === undefined) return city
    // Where Unicode has no name it gives the difference to Greenwich, which nobody says.
    return /\d/.test(name) ? `${city} (${name})` : name
  } catch (error) {
    // The library knows zones that this Intl does not.
    if (error instanceof RangeError) return city
    throw error
  }
}
