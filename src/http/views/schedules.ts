/** Schedules as they go over the wire, and as the domain has them. */
import { DAYS, type NewSchedule, type Schedule as ScheduleView } from '../../contract/schedule.js'
import type { Hours, Schedule } from '../../domain/time/schedule.js'
import { MINUTES_PER_DAY } from '../../domain/time/zoned-time.js'
import type { ResourceTerms } from '../../engine/reads/rows.js'
import { HttpProblem } from '../wire/problems.js'

const STEP_MINUTES = 15

/** Fields that only one kind of schedule has. */
const OF_SLOTS = ['slot_minutes', 'capacity'] as const
const OF_RANGES = ['min_minutes', 'max_minutes', 'step_minutes'] as const

/** @throws HttpProblem `validation` for a field of the other kind of schedule, or one that is missing */
export function scheduleOf(sent: NewSchedule): Schedule {
  const stray = (sent.sold_by === 'slots' ? OF_RANGES : OF_SLOTS).find(
    (name) => sent[name] !== undefined,
  )
  if (stray !== undefined)
    throw bad(`/${stray}`, `is not a field of a schedule sold by ${sent.sold_by}`)
  const opening = {
    weekly: sent.weekly.map(({ days, ...hours }) => ({
      days: [...new Set(days.map((day) => DAYS.indexOf(day) + 1))],
      ...hoursOf(hours),
    })),
    exceptions: (sent.exceptions ?? []).map(({ date, hours }) => ({
      date,
      hours: hours.map(hoursOf),
    })),
    bufferMinutes: sent.buffer_minutes ?? 0,
    bufferBeforeMinutes: sent.buffer_before_minutes ?? 0,
    bufferAfterMinutes: sent.buffer_after_minutes ?? 0,
  }
  if (sent.sold_by === 'slots') {
    const { slot_minutes: slotMinutes, capacity = 1 } = sent
    if (slotMinutes === undefined) throw bad('/slot_minutes', 'is required for slots')
    return { soldBy: 'slots', ...opening, slotMinutes, capacity }
  }
  const stepMinutes = sent.step_minutes ?? STEP_MINUTES
  const minMinutes = sent.min_minutes ?? stepMinutes
  const maxMinutes = sent.max_minutes ?? Math.max(minMinutes, MINUTES_PER_DAY)
  return { soldBy: 'ranges', ...opening, minMinutes, maxMinutes, stepMinutes }
}

function bad(path: string, message: string): HttpProblem {
  return new HttpProblem('validation', { errors: [{ path, message }] })
}

interface WireHours {
  readonly from: string
  readonly to: string
}

/** Hours whose end is not later than their start end on the next day. */
function hoursOf({ from, to }: WireHours): Hours {
  const begin = minuteOf(from)
  const end = minuteOf(to)
  return { from: begin, to: end > begin ? end : end + MINUTES_PER_DAY }
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}

/** A resource that has a schedule, with the version that its ETag quotes. */
export type Scheduled = ResourceTerms & {
  readonly schedule: Schedule
  readonly scheduleVersion: number
}

export function isScheduled(terms: ResourceTerms | undefined): terms is Scheduled {
  return terms !== undefined && terms.schedule !== null && terms.scheduleVersion !== null
}

export function showSchedule({
  resourceId,
  timeZone,
  schedule,
  scheduleVersion,
}: Scheduled): ScheduleView {
  return {
    resource_id: resourceId,
    time_zone: timeZone,
    sold_by: schedule.soldBy,
    weekly: schedule.weekly.map(({ days, ...hours }) => ({
      days: days.flatMap((day) => DAYS[day - 1] ?? []),
      ...showHours(hours),
    })),
    exceptions: schedule.exceptions.map(({ date, hours }) => ({
      date,
      hours: hours.map(showHours),
    })),
    buffer_minutes: schedule.bufferMinutes,
    buffer_before_minutes: schedule.bufferBeforeMinutes ?? 0,
    buffer_after_minutes: schedule.bufferAfterMinutes ?? 0,
    ...(schedule.soldBy === 'slots'
      ? { slot_minutes: schedule.slotMinutes, capacity: schedule.capacity }
      : {
          min_minutes: schedule.minMinutes,
          max_minutes: schedule.maxMinutes,
          step_minutes: schedule.stepMinutes,
        }),
    version: scheduleVersion,
  }
}

function showHours({ from, to }: Hours): WireHours {
  return { from: clockOf(from), to: clockOf(to) }
}

function clockOf(minute: number): string {
  const ofDay = minute % MINUTES_PER_DAY
  const digits = (value: number) => String(value).padStart(2, '0')
  return `${digits(Math.floor(ofDay / 60))}:${digits(ofDay % 60)}`
}
