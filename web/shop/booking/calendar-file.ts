/** What was booked as a file for calendars (RFC 5545). Pure. */
import type { Choice } from './choice.js'

export interface CalendarEntry {
  readonly choice: Choice
  /** What is booked, in words. */
  readonly title: string
  /** Where it is. */
  readonly place: string
}

/** Octets of a line, without its end (RFC 5545, 3.1). */
const LINE_OCTETS_MAX = 75

/**
 * One entry for each place that has a time. Ids are the ones of every copy of this file, so that a calendar
 * that reads it twice has one entry. There is no link in it: people share calendars.
 *
 * @returns undefined where nothing has a time
 */
export function calendarFile(
  reservation: { readonly id: string; readonly version: number; readonly updated_at: string },
  entries: readonly CalendarEntry[],
): string | undefined {
  const events = entries.flatMap(({ choice, title, place }, index) => {
    const times = timesOf(choice)
    if (times === undefined) return []
    return [
      'BEGIN:VEVENT',
      `UID:${reservation.id}${index === 0 ? '' : `/${index}`}`,
      `SEQUENCE:${reservation.version}`,
      `DTSTAMP:${basicTime(Date.parse(reservation.updated_at))}`,
      ...times,
      `SUMMARY:${escaped(title)}`,
      `LOCATION:${escaped(place)}`,
      'STATUS:CONFIRMED',
      'END:VEVENT',
    ]
  })
  if (events.length === 0) return undefined
  const lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Holdfast//Shop//EN', ...events]
  return [...lines, 'END:VCALENDAR', ''].map(folded).join('\r\n')
}

function timesOf(choice: Choice): string[] | undefined {
  if (choice.kind === 'units') return undefined
  if (choice.kind === 'time') {
    return [`DTSTART:${basicTime(choice.fromMs)}`, `DTEND:${basicTime(choice.toMs)}`]
  }
  const [checkIn, checkOut] = [choice.checkIn, choice.checkOut].map((date) =>
    date.replaceAll('-', ''),
  )
  return [`DTSTART;VALUE=DATE:${checkIn}`, `DTEND;VALUE=DATE:${checkOut}`]
}

/** `20261204T123000Z` */
function basicTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, '\\$&').replaceAll(/\r\n|\r|\n/g, '\\n')
}

/** A long line goes on behind a line end and a space; no character is cut. */
function folded(line: string): string {
  const encoder = new TextEncoder()
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line) {
    const size = encoder.encode(character).length
    if (octets + size > LINE_OCTETS_MAX) {
      parts.push(part)
      part = ' '
      octets = 1
    }
    part += character
    octets += size
  }
  return [...parts, part].join('\r\n')
}
