/**
 * Feeds as calendars read them (RFC 5545). The same facts are the same text, byte for byte: whoever has it
 * already is told so by its digest.
 */
import {
  escape as escaped,
  foldLines,
  formatDate,
  ICalCalendar,
  ICalEventStatus,
} from 'ical-generator'
import type { BookedTime, BusyTime } from '../../storage/reads/feeds.js'

const DAY_MS = 86_400_000
const PROD_ID = { company: 'Holdfast', product: 'Feeds' }

/** A booking for each time: who, what and in which state. Nights in a row are one entry of whole days. */
export function staffFeed(name: string, times: readonly BookedTime[]): string {
  const calendar = new ICalCalendar({ name, prodId: PROD_ID })
  for (const { first, last } of inStays(times)) {
    const { reservationId, resourceId, night, resourceName, version } = first
    const who = first.blockName ?? first.name ?? first.customer
    const many = first.quantity === 1 ? '' : ` × ${first.quantity}`
    const state = first.state === 'held' ? 'held' : 'confirmed'
    calendar.createEvent({
      id: `${reservationId}/${resourceId}/${night ?? first.fromMs}`,
      sequence: version,
      stamp: new Date(first.updatedAtMs),
      created: new Date(first.createdAtMs),
      lastModified: new Date(first.updatedAtMs),
      ...timesOf(first, last),
      summary: `${resourceName}${many}, ${who} (${state})`,
      location: resourceName,
      description: [
        first.customer,
        ...[first.email, first.phone, first.note].filter((each) => each !== null),
        reservationId,
      ].join('\n'),
      status: first.state === 'held' ? ICalEventStatus.TENTATIVE : ICalEventStatus.CONFIRMED,
    })
  }
  return calendar.toString()
}

/** When something is taken, resource by resource; never by whom. */
export function publicFeed(
  name: string,
  times: readonly BusyTime[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): string {
  const empty = new ICalCalendar({ name, prodId: PROD_ID }).toString()
  const resources = new Map<string, BusyTime[]>()
  for (const time of times) {
    const { resourceId } = time
    resources.set(resourceId, [...(resources.get(resourceId) ?? []), time])
  }
  const parts = [...resources].sort().map(([resourceId, own]) =>
    [
      'BEGIN:VFREEBUSY',
      `UID:${resourceId}`,
      `DTSTAMP:${inUtc(fromMs)}`,
      `DTSTART:${inUtc(fromMs)}`,
      `DTEND:${inUtc(toMs)}`,
      `COMMENT:${escaped(own[0]?.resourceName ?? '', false)}`,
      ...merged(own).map((span) => {
        return `FREEBUSY;FBTYPE=BUSY:${inUtc(span.fromMs)}/${inUtc(span.toMs)}`
      }),
      'END:VFREEBUSY',
    ].join('\r\n'),
  )
  const end = 'END:VCALENDAR'
  return empty.replace(end, () => foldLines([...parts, end].join('\r\n')))
}

interface StayOrTime {
  readonly first: BookedTime
  readonly last: BookedTime
}

/** Nights that follow each other, of as many rooms of one reservation, are one stay. */
function inStays(times: readonly BookedTime[]): StayOrTime[] {
  const stays: { first: BookedTime; last: BookedTime }[] = []
  const open = new Map<string, { first: BookedTime; last: BookedTime }>()
  for (const time of times) {
    const { reservationId, resourceId, quantity, night } = time
    const key = `${reservationId}/${resourceId}/${quantity}`
    const stay = open.get(key)
    const follows = night !== null && stay?.last.night === dayBefore(night)
    if (follows && stay !== undefined) {
      stay.last = time
      continue
    }
    const next = { first: time, last: time }
    stays.push(next)
    if (night !== null) open.set(key, next)
  }
  return stays
}

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10)
}

function timesOf(first: BookedTime, last: BookedTime) {
  if (first.night === null || last.night === null) {
    return { start: new Date(first.fromMs), end: new Date(first.toMs) }
  }
  const checkOutMs = Date.parse(last.night) + DAY_MS
  return { start: new Date(first.night), end: new Date(checkOutMs), allDay: true }
}

/** Times that touch or overlap are one. */
function merged(times: readonly BusyTime[]): { fromMs: number; toMs: number }[] {
  const spans: { fromMs: number; toMs: number }[] = []
  for (const { fromMs, toMs } of times) {
    const last = spans.at(-1)
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs)
    else spans.push({ fromMs, toMs })
  }
  return spans
}

function inUtc(ms: number): string {
  return formatDate(null, new Date(ms))
}
