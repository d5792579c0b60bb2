/**
 * Dates and times as the place has them. A date is `YYYY-MM-DD`, an instant is milliseconds since 1970, a
 * zone is a name of the tz database. What is sold happens where the place is, so that its clocks count, and
 * whoever reads by other clocks is told so.
 */

const MS_PER_MINUTE = 60_000
const MS_PER_DAY = 86_400_000

const { locale, timeZone: readerZoneHere } = new Intl.DateTimeFormat().resolvedOptions()

/** The pages are in English; a reader of English keeps the own way to write dates. */
export const LOCALE = locale.startsWith('en') ? locale : 'en-GB'

/** Where the reader's own clocks are. */
export const READER_ZONE = readerZoneHere

type Style = Intl.DateTimeFormatOptions

/** A format takes longer to make than to use, and a week of slots uses it hundreds of times. */
const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(locale: string, timeZone: string, style: Style): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone} ${JSON.stringify(style)}`
  const format = formats.get(key) ?? formatIn(locale, timeZone, style)
  formats.set(key, format)
  return format
}

function formatIn(locale: string, timeZone: string, style: Style): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone, ...style })
  } catch {
    // The service knows zones that an old browser does not: the right instant, by clocks that it names.
    return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', timeZoneName: 'short', ...style })
  }
}

const FIGURES: Style = {
  ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' },
  ...{ hourCycle: 'h23', calendar: 'gregory', numberingSystem: 'latn' },
}

/** What the clocks of a zone show, as milliseconds that are to be read as UTC. */
function wallOf(zone: string, ms: number): number {
  const figures = new Map(
    formatOf('en-US', zone, FIGURES)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const figure = (type: Intl.DateTimeFormatPartTypes) => figures.get(type) ?? 0
  return Date.UTC(
    figure('year'),
    figure('month') - 1,
    figure('day'),
    figure('hour'),
    figure('minute'),
  )
}

/** The date there is in a zone. */
export function dateOf(zone: string, ms: number): string {
  return new Date(wallOf(zone, ms)).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** How many minutes the clocks of a zone show since midnight. */
export function minuteOf(zone: string, ms: number): number {
  const wall = wallOf(zone, ms)
  return (wall - Date.parse(dateOf(zone, ms))) / MS_PER_MINUTE
}

/**
 * When the clocks of a zone show a time: the first time of two; undefined for a time that they leave out.
 *
 * @param minute since midnight; 1,440 and more are on the days after
 */
export function instantOf(zone: string, date: string, minute: number): number | undefined {
  const wall = Date.parse(date) + minute * MS_PER_MINUTE
  // No zone changes its clocks twice within two days, so one of these offsets is the right one.
  const offsets = [wall - MS_PER_DAY, wall + MS_PER_DAY].map((ms) => wallOf(zone, ms) - ms)
  const instants = offsets.map((offset) => wall - offset).filter((ms) => wallOf(zone, ms) === wall)
  return instants.length === 0 ? undefined : Math.min(...instants)
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * MS_PER_DAY).toISOString().slice(0, 'YYYY-MM-DD'.length)
}

/** How many days after `from` the date `to` is. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / MS_PER_DAY
}

/** The Monday of the date's week. */
export function mondayOf(date: string): string {
  return addDays(date, -((new Date(date).getUTCDay() + 6) % 7))
}

/** `18:00`, by the clocks of the zone. */
export function clockText(zone: string, ms: number): string {
  return formatOf(LOCALE, zone, { hour: '2-digit', minute: '2-digit' }).format(ms)
}

const DATE_STYLES = {
  /** `Friday 4 December 2026` */
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  /** `Fri 4 Dec` */
  short: { weekday: 'short', day: 'numeric', month: 'short' },
  /** `December 2026` */
  month: { month: 'long', year: 'numeric' },
  /** `Fri` */
  weekday: { weekday: 'short' },
} as const satisfies Record<string, Style>

export function dateText(date: string, style: keyof typeof DATE_STYLES): string {
  return formatOf(LOCALE, 'UTC', DATE_STYLES[style]).format(Date.parse(date))
}

/** `Friday, 4 December 2026, 18:00–19:00`, by the clocks of the zone. */
export function spanText(
  zone: string,
  fromMs: number,
  toMs: number,
  style: 'long' | 'short' = 'long',
) {
  const [first, last] = [dateOf(zone, fromMs), dateOf(zone, toMs)]
  const from = `${dateText(first, style)}, ${clockText(zone, fromMs)}`
  // What ends at midnight ends on the evening before, as people see it.
  const isOneDay = first === last || (minuteOf(zone, toMs) === 0 && addDays(first, 1) === last)
  return isOneDay
    ? `${from}–${clockText(zone, toMs)}`
    : `${from} – ${dateText(last, style)}, ${clockText(zone, toMs)}`
}

/** What people call the clocks of a zone: `India Standard Time`. */
export function zoneText(zone: string, ms: number): string {
  const parts = formatOf(LOCALE, zone, { timeZoneName: 'long' }).formatToParts(ms)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
  // Where there is no name Intl gives the difference to Greenwich, which nobody says.
  return /\d/.test(name) ? `${cityOf(zone)} time, ${name}` : name
}

/** `Kolkata` */
export function cityOf(zone: string): string {
  return zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone
}

/** True when the reader's clocks show something else than those of the place. */
export function isElsewhere(zone: string, ms: number, readerZone = READER_ZONE): boolean {
  return wallOf(zone, ms) !== wallOf(readerZone, ms)
}

/** What an instant is by the reader's own clocks: `Fri 4 Dec, 13:30`. */
export function readerText(ms: number, readerZone = READER_ZONE): string {
  return `${dateText(dateOf(readerZone, ms), 'short')}, ${clockText(readerZone, ms)}`
}
