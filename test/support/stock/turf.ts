/** Resources that are sold by time, made through the API. */
import type { Service } from '../http/service.js'

type Asked = Pick<Service, 'call' | 'listingId'>

const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Open from 8:00 to 22:00 every day, in slots of an hour. */
export const HOURLY = {
  sold_by: 'slots',
  slot_minutes: 60,
  weekly: [{ days: EVERY_DAY, from: '08:00', to: '22:00' }],
}

/** Open all day, in ranges of half an hour to four hours. */
export const BY_RANGE = {
  sold_by: 'ranges',
  min_minutes: 30,
  max_minutes: 240,
  step_minutes: 30,
  weekly: [{ days: EVERY_DAY, from: '00:00', to: '24:00' }],
}

export interface TimeSold {
  readonly resourceId: string
  /** Of the resource, under /v1. */
  readonly url: string
}

/** @param resource what is said of it beside its name */
export async function givenTimeSold(
  { call, listingId }: Asked,
  schedule: object = HOURLY,
  resource: object = { exclusive: true, time_zone: 'Europe/Berlin' },
): Promise<TimeSold> {
  const url = `/v1/listings/${listingId}/resources`
  const made = await call('POST', url, { body: { name: 'Turf', ...resource } })
  const resourceId: string = made.json().id
  const set = await call('PUT', `${url}/${resourceId}/schedule`, { body: schedule })
  if (set.statusCode !== 200) throw new Error(`no schedule: ${set.body}`)
  return { resourceId, url: `${url}/${resourceId}` }
}

export interface SlotShown {
  readonly pool_id: string
  readonly from: string
  readonly to: string
  readonly capacity: number
  readonly taken: number
  readonly available: number
  readonly closed: boolean
}

/** Makes the slots of some dates; @returns those that there are then. */
export async function givenSlots(
  { call }: Asked,
  { url }: TimeSold,
  dates: { readonly from: string; readonly to: string },
): Promise<SlotShown[]> {
  const made = await call('POST', `${url}/slots`, { body: dates })
  if (made.statusCode !== 200) throw new Error(`no slots: ${made.body}`)
  return slotsOn({ call }, { url }, dates)
}

export async function slotsOn(
  { call }: Pick<Service, 'call'>,
  { url }: Pick<TimeSold, 'url'>,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<SlotShown[]> {
  return (await call('GET', `${url}/slots?from=${from}&to=${to}`)).json().slots
}
