/** What a refusal means for a reader, and what is free instead. */
import { HoldfastClientError, type Listing, type Refusal, type TimeSpan } from 'holdfast/client'
import { addDays, dateOf } from '../../shared/times.js'
import { offersSold, type Sale } from '../stock/sale.js'
import type { Service } from '../stock/service.js'
import { NO_STOCK, type Stock, stockOf } from '../stock/stock.js'
import type { Choice } from './choice.js'
import { type Alternative, alternativesTo, SHIFT_DAYS_MAX } from './nearest.js'
import type { Nights } from './stays.js'

/** Why something could not be had. */
export interface Setback {
  readonly title: string
  readonly detail: string
  /** What of the choices is gone; undefined when it is not about one of them. */
  readonly gone?: Choice | undefined
  readonly alternatives: readonly Alternative[]
}

/** What somebody else was faster with, or what cannot be had like this. */
const OF_A_LINE = new Set<string>([
  ...['slot_taken', 'insufficient_capacity', 'exceeds_capacity', 'not_offered', 'unknown_pool'],
  ...['nights_not_on_sale', 'minimum_stay', 'maximum_stay'],
  ...['closed_to_arrival', 'closed_to_departure'],
])

/** Looks around what was refused. */
export async function setbackOf(
  service: Service,
  sale: Sale,
  choices: readonly Choice[],
  refusal: Refusal,
): Promise<Setback> {
  const gone = OF_A_LINE.has(refusal.code) ? goneOf(choices, refusal) : undefined
  const words = wordsOf(refusal, gone)
  if (gone === undefined) return { ...words, alternatives: [] }
  const suggestions = refusal.suggestions ?? []
  const alternatives = await alternativesNear(service, sale, gone, suggestions)
  return { ...words, gone, alternatives }
}

async function alternativesNear(
  service: Service,
  { listing, offers }: Sale,
  gone: Choice,
  suggestions: readonly TimeSpan[],
): Promise<readonly Alternative[]> {
  const [stock, nights] = await Promise.all([
    stockNear(service, listing, gone),
    gone.kind === 'stay' ? nightsNear(service, { listing, offers }, gone) : new Map(),
  ])
  return alternativesTo(gone, { offers, stock, nights, suggestions })
}

/** Days on both sides of a time. */
const DAYS_NEAR = 3

async function stockNear({ client }: Service, listing: Listing, gone: Choice): Promise<Stock> {
  if (gone.kind === 'stay') return NO_STOCK
  const date = gone.kind === 'time' ? dateOf(listing.time_zone, gone.fromMs) : undefined
  const dates =
    date === undefined ? {} : { from: addDays(date, -DAYS_NEAR), to: addDays(date, DAYS_NEAR + 1) }
  const left = await client.availability(listing.id, dates)
  return left.ok ? stockOf(left.value) : NO_STOCK
}

async function nightsNear(
  { client }: Service,
  { listing, offers }: Sale,
  { checkIn, checkOut }: Extract<Choice, { kind: 'stay' }>,
): Promise<ReadonlyMap<string, Nights>> {
  const dates = {
    from: addDays(checkIn, -SHIFT_DAYS_MAX),
    to: addDays(checkOut, SHIFT_DAYS_MAX + 1),
  }
  const found = offersSold(offers, 'nights').map(async ({ resourceId }) => {
    const nights = await client.nights.get(listing.id, resourceId, dates)
    const rows = nights.ok ? nights.value.nights : []
    return [resourceId, new Map(rows.map((each) => [each.night, each]))] as const
  })
  return new Map(await Promise.all(found))
}

/** Which of the choices the refusal is about. */
function goneOf(choices: readonly Choice[], refusal: Refusal): Choice | undefined {
  const [line] = refusal.lines ?? []
  const [slot] = refusal.slots ?? []
  const [night] = refusal.nights ?? []
  const isMeant = (choice: Choice): boolean => {
    if (line !== undefined) {
      if (choice.kind === 'units') return choice.poolId === line.pool_id
      return isOn(choice, line.resource_id, { from: line.from, night: line.night })
    }
    if (slot !== undefined) return isOn(choice, slot.resource_id, { from: slot.from })
    if (night !== undefined) return isOn(choice, night.resource_id, { night: night.night })
    if (choice.kind === 'units') return refusal.pool_ids?.includes(choice.poolId) === true
    return choice.resourceId === refusal.resource_id
  }
  return choices.find(isMeant) ?? (choices.length === 1 ? choices[0] : undefined)
}

function isOn(
  choice: Choice,
  resourceId: string | undefined,
  { from, night }: { readonly from?: string | undefined; readonly night?: string | undefined },
): boolean {
  if (choice.resourceId !== resourceId) return false
  if (choice.kind === 'time') return from !== undefined && choice.fromMs === Date.parse(from)
  if (choice.kind === 'units' || night === undefined) return false
  return choice.checkIn <= night && night < choice.checkOut
}

/** In the shop's words where readers meet it often, in the service's own where they hardly do. */
function wordsOf(
  { code, title, detail, limit, lines }: Refusal,
  gone: Choice | undefined,
): Pick<Setback, 'title' | 'detail'> {
  const left = lines?.[0]?.available ?? 0
  switch (code) {
    case 'slot_taken':
      return { title: 'Somebody was faster.', detail: 'Nothing was booked, and nothing is held.' }
    case 'insufficient_capacity':
      return {
        title: left === 0 ? 'Somebody was faster.' : `Only ${left} left.`,
        detail: 'Nothing was booked, and nothing is held.',
      }
    case 'hold_limit':
      return {
        title: 'You hold as much as one person may.',
        detail: `This address has ${limit} open holds. Book one of them, give it back, or let it run out.`,
      }
    case 'customer_limit':
      return {
        title: 'That is more than one person may have.',
        detail: `This address may have ${limit} in all. Choose fewer.`,
      }
    case 'archived':
      return { title: 'This is not sold any more.', detail: 'Nothing was booked.' }
    default:
      return { title, detail: gone === undefined ? detail : detail.replace(/ `\w+`/g, '') }
  }
}

/** What a fault says to a reader: which field is wrong, where one is. */
export function faultText(error: unknown): string {
  if (!(error instanceof HoldfastClientError)) return String(error)
  const fields = error.problem?.errors?.map(({ path, message }) => {
    return `${path.split('/').at(-1) ?? ''} ${message}`
  })
  return fields === undefined || fields.length === 0 ? error.message : `${fields.join('; ')}.`
}
