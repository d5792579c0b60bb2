/**
 * The opening hours of a week as a grid shows them: for each weekday some stretches of minutes, which begin
 * on that day and may go on past its midnight. Pure.
 */
import type { Schedule } from 'holdfast/client'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export const WEEKDAY_NAMES: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}

/** From one minute of a day to another; above 1,440 it is the day after. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export type Week = Readonly<Record<Weekday, readonly Stretch[]>>

export const MINUTES_PER_DAY = 1_440

/** `16:30` for 990; 1,440 is `24:00`, and what is later is told by the clock of the day after. */
export function clockOf(minute: number): string {
  const shown = minute > MINUTES_PER_DAY ? minute - MINUTES_PER_DAY : minute
  const two = (figure: number) => String(figure).padStart(2, '0')
  return `${two(Math.floor(shown / 60))}:${two(shown % 60)}`
}

/** Minutes since midnight; undefined for what is no time. */
export function minuteOfClock(text: string): number | undefined {
  const found = /^(\d{2}):(\d{2})$/.exec(text)
  if (found === null) return undefined
  const minute = Number(found[1]) * 60 + Number(found[2])
  return minute <= MINUTES_PER_DAY && Number(found[2]) < 60 ? minute : undefined
}

/** What the API calls `from` and `to`; an end that is not later than the beginning is on the day after. */
export function stretchOf({ from, to }: { readonly from: string; readonly to: string }): Stretch {
  const first = minuteOfClock(from) ?? 0
  const last = minuteOfClock(to) ?? 0
  return { from: first, to: last <= first ? last + MINUTES_PER_DAY : last }
}

export function hoursOf({ from, to }: Stretch): { readonly from: string; readonly to: string } {
  return { from: clockOf(from), to: clockOf(to) }
}

export function weekOf(weekly: Schedule['weekly']): Week {
  const on = (day: Weekday) =>
    weekly
      .filter(({ days }) => days.includes(day))
      .map(stretchOf)
      .sort((a, b) => a.from - b.from)
  return {
    ...{ mon: on('mon'), tue: on('tue'), wed: on('wed'), thu: on('thu') },
    ...{ fri: on('fri'), sat: on('sat'), sun: on('sun') },
  }
}

/** Days that have hours in common share an entry. */
export function weeklyOf(week: Week): Schedule['weekly'] {
  const entries = new Map<string, { days: Weekday[]; from: string; to: string }>()
  for (const day of WEEKDAYS) {
    for (const stretch of week[day]) {
      const hours = hoursOf(stretch)
      const key = `${hours.from} ${hours.to}`
      const entry = entries.get(key)
      if (entry === undefined) entries.set(key, { days: [day], ...hours })
      else entry.days.push(day)
    }
  }
  return [...entries.values()]
}

/** Opens a stretch; what touches it becomes one with it, as long as that lasts a day at the most. */
export function opened(stretches: readonly Stretch[], added: Stretch): readonly Stretch[] {
  let merged = added
  const others: Stretch[] = []
  for (const each of closed(stretches, added)) {
    const touches = each.to === merged.from || each.from === merged.to
    const lasts = Math.max(each.to, merged.to) - Math.min(each.from, merged.from)
    if (touches && lasts <= MINUTES_PER_DAY) {
      merged = { from: Math.min(each.from, merged.from), to: Math.max(each.to, merged.to) }
    } else others.push(each)
  }
  return [...others, merged].sort((a, b) => a.from - b.from)
}

/** Closes a stretch; what is open on both sides of it stays open. */
export function closed(stretches: readonly Stretch[], removed: Stretch): readonly Stretch[] {
  return stretches.flatMap(({ from, to }) => {
    const before = { from, to: Math.min(to, removed.from) }
    const after = { from: Math.max(from, removed.to), to }
    if (before.to >= to || after.from <= from) return [{ from, to }]
    return [before, after].filter((each) => each.from < each.to)
  })
}

/** Of a cell of the grid: open all through, for some of it, or not at all. */
export function openness(stretches: readonly Stretch[], cell: Stretch): 'open' | 'partly' | 'shut' {
  const minutes = stretches
    .map(({ from, to }) => Math.min(to, cell.to) - Math.max(from, cell.from))
    .filter((common) => common > 0)
    .reduce((sum, common) => sum + common, 0)
  if (minutes === 0) return 'shut'
  return minutes >= cell.to - cell.from ? 'open' : 'partly'
}

/** `16:00–23:00 and 08:00–12:00`, or that it is closed. */
export function textOf(stretches: readonly Stretch[]): string {
  if (stretches.length === 0) return 'Closed'
  return stretches
    .map((each) => {
      const { from, to } = hoursOf(each)
      return each.to > MINUTES_PER_DAY ? `${from}–${to} the day after` : `${from}–${to}`
    })
    .join(', ')
}
