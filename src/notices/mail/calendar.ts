/**
 * The invitation of a mail (RFC 5545, RFC 5546): one entry for each reservation, under the reservation's
 * id. A later version replaces it, a cancelled one takes it away.
 */
import {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendar,
  ICalCalendarMethod,
  ICalEventStatus,
} from 'ical-generator'
import type { Sender } from './address.js'
import type { BookedPlace, CustomerFacts, PlaceTime } from './facts.js'
import { inText } from './templates.js'
import type { MailView } from './view.js'

export interface Invitation {
  readonly method: 'REQUEST' | 'CANCEL'
  readonly text: string
}

const METHODS: { readonly [kind: string]: Invitation['method'] } = {
  confirmed: 'REQUEST',
  changed: 'REQUEST',
  cancelled: 'CANCEL',
}

/** Whether a mail has something that belongs into a calendar: a booking, and a time. */
export function hasInvitation({ kind, places }: Pick<CustomerFacts, 'kind' | 'places'>): boolean {
  return METHODS[kind] !== undefined && places.some(({ time }) => time !== undefined)
}

/**
 * The invitation of a mail. It has no link: people share calendars, and whoever has the link has the
 * reservation.
 *
 * @returns undefined for a mail that has none
 */
export function invitationOf(
  facts: CustomerFacts,
  view: Pick<MailView, 'places'>,
  { from, to }: { readonly from: Sender; readonly to: string },
): Invitation | undefined {
  const method = METHODS[facts.kind]
  const times = timesOf(facts.places)
  if (method === undefined || times === undefined) return undefined
  const { reservationId, version, atMs, listing } = facts
  const what = view.places.map(({ label }) => label)
  const lines = view.places.map(({ label, when, detail }) =>
    [label, when, detail].filter((part) => part !== '').join(', '),
  )
  const calendar = new ICalCalendar({
    prodId: { company: 'Holdfast', product: 'Reservations' },
    method: ICalCalendarMethod[method],
  })
  calendar.createEvent({
    id: reservationId,
    sequence: version,
    stamp: new Date(atMs),
    ...times,
    summary: inText([...new Set(what), listing.name].join(', ')),
    location: inText(listing.name),
    description: [...lines, reservationId].map(inText).join('\n'),
    organizer: { name: quotable(from.name || listing.name), email: from.address },
    attendees: [
      {
        email: to,
        rsvp: false,
        role: ICalAttendeeRole.REQ,
        status: ICalAttendeeStatus.ACCEPTED,
      },
    ],
    status: method === 'CANCEL' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  })
  return { method, text: calendar.toString() }
}

/** A name as it can stand in a parameter, which knows no escape for a quotation mark. */
function quotable(name: string): string {
  return inText(name).replaceAll('"', "'").replaceAll('\\', '/')
}

interface EntryTimes {
  readonly start: Date
  readonly end: Date
  readonly allDay: boolean
  readonly repeating?: string
}

/** The first time, and the others as further dates of the same entry. */
function timesOf(places: readonly BookedPlace[]): EntryTimes | undefined {
  const times = places.flatMap(({ time }) => (time === undefined ? [] : [time]))
  const days = times.flatMap(daysOf)
  const allDay = days.length === times.length && isEven(days)
  const spans = distinct(allDay ? days : times)
  const [first, ...others] = spans
  if (first === undefined) return undefined
  const own = { start: new Date(first.fromMs), end: new Date(first.toMs), allDay }
  if (others.length === 0) return own
  // The rule stands for the first time alone; the library takes no dates without a rule.
  return {
    ...own,
    repeating: `RRULE:FREQ=DAILY;COUNT=1\n${furtherDates(others, allDay, isEven(spans))}`,
  }
}

/** Few calendars understand periods, so that they are used only where lengths differ. */
function furtherDates(spans: readonly Span[], allDay: boolean, even: boolean): string {
  if (allDay) return `RDATE;VALUE=DATE:${spans.map(({ fromMs }) => basicDate(fromMs)).join(',')}`
  if (even) return `RDATE:${spans.map(({ fromMs }) => basicTime(fromMs)).join(',')}`
  const periods = spans.map(({ fromMs, toMs }) => `${basicTime(fromMs)}/${basicTime(toMs)}`)
  return `RDATE;VALUE=PERIOD:${periods.join(',')}`
}

function isEven(spans: readonly Span[]): boolean {
  return new Set(spans.map(({ fromMs, toMs }) => toMs - fromMs)).size <= 1
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** A stay as whole days, whose midnights are read as UTC; of a slot nothing. */
function daysOf(time: PlaceTime): Span[] {
  if (time.kind === 'slot') return []
  return [{ fromMs: Date.parse(time.checkIn), toMs: Date.parse(time.checkOut) }]
}

/** Each span once, in order; spans that touch become one. */
function distinct(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const { fromMs, toMs } of spans.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1)
    if (last !== undefined && fromMs <= last.toMs) {
      merged.splice(-1, 1, { fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) })
    } else merged.push({ fromMs, toMs })
  }
  return merged
}

/** `20261204T123000Z` */
function basicTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

/** `20261204` */
function basicDate(ms: number): string {
  return basicTime(ms).slice(0, 'YYYYMMDD'.length)
}
