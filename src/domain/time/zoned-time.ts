/**
 * The time on the wall and the time that passes: which instants a local time stands for, on the two
 * strange days of the year too. A local time is a date and the minute of its day; minute 1,500 is one
 * o'clock on the day after. Instants are milliseconds since 1970.
 */
import { Temporal } from 'temporal-polyfill'
import { addDays } from './date.js'

export interface LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string
  /** Minutes since midnight by the clock on the wall, 0 to 1,439. */
  readonly minute: number
}

export const MINUTES_PER_DAY = 1_440
export const MS_PER_MINUTE = 60_000
export const MS_PER_DAY = MINUTES_PER_DAY * MS_PER_MINUTE
const NS_PER_MS = 1_000_000

/** 1 for a Monday to 7 for a Sunday. */
export function weekdayOf(date: string): number {
  return new Date(date).getUTCDay() || 7
}

/**
 * Every instant at which the clocks of `zone` show this time: one; two when they were set back; none
 * when they were set forward over it.
 */
export function instantsOf(zone: string, date: string, minute: number): number[] {
  const wanted = plain(date, minute)
  const earlier = wanted.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const later = wanted.toZonedDateTime(zone, { disambiguation: 'later' })
  const first = earlier.epochMilliseconds
  const last = later.epochMilliseconds
  if (first === last) return [first]
  return earlier.toPlainDateTime().equals(wanted) ? [first, last] : []
}

/** The one instant that people mean: the first of two, and for none as much later as is missing. */
export function instantOf(zone: string, date: string, minute: number): number {
  return plain(date, minute).toZonedDateTime(zone, { disambiguation: 'compatible' })
    .epochMilliseconds
}

/** The instant with which a date begins where the clocks are those of `zone`. */
export function midnightOf(zone: string, date: string): number {
  const [midnightMs = Number.NaN] = midnightsOf(zone, [date])
  return midnightMs
}

/**
 * The same for many dates that are in order, in that order: the first instant at which the clocks show a date or a later
 * one. A date that a zone never had (Samoa, 30 December 2011) begins and ends with the same instant.
 */
function midnightsOf(zone: string, dates: readonly string[]): number[] {
  const [first] = dates
  if (first === undefined) return []
  // No clock is a day ahead of UTC or behind it.
  const stretches = evenStretches(zone, {
    fromMs: Date.parse(first) - MS_PER_DAY,
    toMs: Date.parse(dates.at(-1) ?? first) + 2 * MS_PER_DAY,
  })
  return dates.map((date) => {
    const shown = Date.parse(date)
    const stretch = stretches.find(({ toMs, aheadMs }) => toMs + aheadMs > shown)
    if (stretch === undefined) throw new Error(`no clock of ${zone} shows ${date}`)
    return Math.max(stretch.fromMs, shown - stretch.aheadMs)
  })
}

/** What the night of each date lasts from and to: one midnight and the next. */
export function nightSpans(
  zone: string,
  dates: readonly string[],
): { readonly fromMs: number; readonly toMs: number }[] {
  const begin = midnightsOf(zone, dates)
  const end = midnightsOf(
    zone,
    dates.map((date) => addDays(date, 1)),
  )
  return dates.map((_, i) => ({ fromMs: begin[i] ?? Number.NaN, toMs: end[i] ?? Number.NaN }))
}

/** The dates that the clocks of `zone` show at these instants, each once, in order. */
export function datesShown(zone: string, instants: readonly number[]): string[] {
  const sorted = instants.toSorted((a, b) => a - b)
  const [fromMs] = sorted
  const toMs = sorted.at(-1)
  if (fromMs === undefined || toMs === undefined) return []
  const dates = new Set<string>()
  let at = 0
  for (const stretch of evenStretches(zone, { fromMs, toMs: toMs + 1 })) {
    for (let ms = sorted[at]; ms !== undefined && ms < stretch.toMs; ms = sorted[at]) {
      dates.add(new Date(ms + stretch.aheadMs).toISOString().slice(0, 'YYYY-MM-DD'.length))
      at += 1
    }
  }
  return [...dates].sort()
}

/** What the clocks of `zone` show at this instant. */
export function localOf(zone: string, ms: number): LocalTime {
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  return { date: local.toPlainDate().toString(), minute: local.hour * 60 + local.minute }
}

/** A stretch of time in which the clocks of a zone go on evenly. */
export interface EvenStretch {
  readonly fromMs: number
  /** The end is not part of it. */
  readonly toMs: number
  /** How far the clocks are ahead of UTC. */
  readonly aheadMs: number
}

/** The time from `fromMs` up to `toMs`, cut wherever the clocks of `zone` are set. */
export function evenStretches(
  zone: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): EvenStretch[] {
  const stretches: EvenStretch[] = []
  for (let at = fromMs; at < toMs; ) {
    const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
    const setMs = local.getTimeZoneTransition('next')?.epochMilliseconds ?? toMs
    const endMs = Math.min(setMs, toMs)
    stretches.push({ fromMs: at, toMs: endMs, aheadMs: local.offsetNanoseconds / NS_PER_MS })
    at = endMs
  }
  return stretches
}

/**
 * The name of a time zone as the tz database spells it, for a name in any case; undefined for whatever
 * is none. Links to other zones (`Asia/Calcutta`, `CET`) are names, too. An offset is none, and neither
 * is an abbreviation: `IST` is the time of three countries.
 *
 * This and everything that is computed come from one library: what has a name here has clocks here.
 */
export function timeZoneNamed(name: string): string | undefined {
  // The library's own data has zones of that name that the tz database never had.
  if (!/^[a-z]/i.test(name) || /^systemv\//i.test(name)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function plain(date: string, minute: number): Temporal.PlainDateTime {
  const days = Math.floor(minute / MINUTES_PER_DAY)
  const rest = minute - days * MINUTES_PER_DAY
  return Temporal.PlainDate.from(addDays(date, days)).toPlainDateTime({
    hour: Math.floor(rest / 60),
    minute: rest % 60,
  })
}
