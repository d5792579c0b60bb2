/** What a mail shows: facts and words put together as the values of a template. Pure. */
import type { BlockFacts, BookedPlace, CustomerFacts, DeadLetterFacts, MailFacts } from './facts.js'
import type { Language } from './languages.js'
import type { TemplateValues } from './templates.js'
import { type DateReading, dateShown, datesShown, momentShown, timeShown } from './times.js'
import type { MailKind } from './words.js'

/** How one reader gets a mail. */
export interface Reader extends DateReading {
  readonly language: Language
}

/** The values of a template, every one of them, whether or not the mail has something to say there. */
export interface MailView {
  readonly kind: MailKind
  readonly language: string
  readonly subject: string
  readonly state: string
  readonly heading: string
  /** Empty in mails to staff. */
  readonly greeting: string
  readonly text: string
  /** What the attached invitation does; empty without one. */
  readonly calendar: string
  readonly listing: string
  readonly listingId: string
  readonly reservationId: string
  /** Not empty when there are places. */
  readonly booked: string
  readonly places: readonly PlaceView[]
  /** Not empty when there are facts. */
  readonly hasFacts: string
  readonly facts: readonly FactView[]
  /** Where the reservation can be looked at; empty in mails to staff. */
  readonly link: string
  readonly footer: string
}

interface PlaceView {
  readonly name: string
  readonly quantity: string
  /** Both of them: `2 × Double room`. */
  readonly label: string
  readonly when: string
  readonly detail: string
  readonly month: string
  readonly day: string
  readonly weekday: string
}

interface FactView {
  readonly label: string
  readonly value: string
  readonly link: string
}

const PLACE_NAMES: { readonly [Name in keyof PlaceView]: true } = {
  name: true,
  quantity: true,
  label: true,
  when: true,
  detail: true,
  month: true,
  day: true,
  weekday: true,
}

const NAMES: { readonly [Name in keyof MailView | keyof FactView]: true } = {
  kind: true,
  language: true,
  subject: true,
  state: true,
  heading: true,
  greeting: true,
  text: true,
  calendar: true,
  listing: true,
  listingId: true,
  reservationId: true,
  booked: true,
  places: true,
  hasFacts: true,
  facts: true,
  label: true,
  value: true,
  link: true,
  footer: true,
}

/** Every name that a template may use. */
export const VIEW_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(NAMES),
  ...Object.keys(PLACE_NAMES),
])

/** @param withCalendar whether an invitation is attached */
export function viewOf(facts: MailFacts, reader: Reader, withCalendar: boolean): MailView {
  if (facts.kind === 'block_cut_off') return blockView(facts, reader)
  if (facts.kind === 'dead_letters') return deadLetterView(facts, reader)
  return customerView(facts, reader, withCalendar)
}

/** The values as a template takes them. */
export function valuesOf(view: MailView): TemplateValues {
  return { ...view, places: view.places.map(asValues), facts: view.facts.map(asValues) }
}

function asValues(part: PlaceView | FactView): TemplateValues {
  return { ...part }
}

function customerView(facts: CustomerFacts, reader: Reader, withCalendar: boolean): MailView {
  const { words } = reader
  const { state, subject, heading, text, calendar } = words.customer[facts.kind]
  const places = facts.places.map((place) => placeView(place, reader))
  const { reservationId, paymentRef, link } = facts
  const payment = paymentRef === undefined ? [] : [fact(words.payment, paymentRef)]
  return {
    ...frame(facts, reader),
    subject: subject(subjectPlace(facts.places, reader)),
    state,
    heading,
    greeting: words.greeting(facts.name),
    text,
    calendar: withCalendar ? calendar : '',
    reservationId,
    ...listed(places, [...payment, fact(words.reservation, reservationId, link)]),
    link,
    footer: words.footer(facts.listing.name),
  }
}

function blockView(facts: BlockFacts, reader: Reader): MailView {
  const { words } = reader
  const { blockCutOff } = words
  const { block, roomNightsLeft, listing } = facts
  const cutOff = dateShown(block.cutOff, reader)
  return {
    ...frame(facts, reader),
    subject: blockCutOff.subject(block.name, cutOff),
    state: blockCutOff.state,
    heading: blockCutOff.heading,
    text: blockCutOff.text(roomNightsLeft),
    ...listed(
      [],
      [
        fact(blockCutOff.block, block.name),
        fact(blockCutOff.cutOff, cutOff),
        fact(blockCutOff.nights, datesShown(block.from, block.to, reader)),
        fact(blockCutOff.left, String(roomNightsLeft)),
      ],
    ),
    footer: words.staffFooter(listing.name),
  }
}

function deadLetterView(facts: DeadLetterFacts, reader: Reader): MailView {
  const { deadLetters, staffFooter } = reader.words
  const { count, sinceMs, timeZone, listing } = facts
  return {
    ...frame(facts, reader),
    subject: deadLetters.subject(count),
    state: deadLetters.state,
    heading: deadLetters.heading,
    text: deadLetters.text,
    ...listed(
      [],
      [
        fact(deadLetters.undelivered, String(count)),
        fact(deadLetters.since, momentShown(sinceMs, timeZone, reader)),
      ],
    ),
    footer: staffFooter(listing.name),
  }
}

/** What every mail has, and what those to staff leave empty. */
function frame(facts: MailFacts, { language }: Reader) {
  const { kind, listing } = facts
  const { name, listingId } = listing
  const empty = { greeting: '', calendar: '', reservationId: '', link: '' }
  return { kind, language, listing: name, listingId, ...empty }
}

function listed(
  places: readonly PlaceView[],
  facts: readonly FactView[],
): Pick<MailView, 'booked' | 'places' | 'hasFacts' | 'facts'> {
  const countOf = (list: readonly unknown[]) => (list.length === 0 ? '' : String(list.length))
  return { booked: countOf(places), places, hasFacts: countOf(facts), facts }
}

function fact(label: string, value: string, link = ''): FactView {
  return { label, value, link }
}

function placeView(place: BookedPlace, reader: Reader): PlaceView {
  const { name, quantity } = place
  const label = quantity === 1 ? name : `${quantity} × ${name}`
  const time = timeShown(place, reader)
  const { when = '', detail = '', leaf = { month: '', day: '', weekday: '' } } = time ?? {}
  return { name, quantity: String(quantity), label, when, detail, ...leaf }
}

/** The first place, for the subject: what reads best in a list of mails. */
function subjectPlace(places: readonly BookedPlace[], reader: Reader): string {
  const [first] = places
  if (first === undefined) return ''
  const short = timeShown(first, reader)?.short
  return short === undefined ? first.name : `${first.name}, ${short}`
}
