/** A shop with one listing of each kind, served with its pages, and ways to go through them. */
import type { Page } from 'playwright-core'
import { beforeAll } from 'vitest'
import { ensureApiKey } from '../../../src/access/api-keys.js'
import { addDays } from '../../../src/domain/time/date.js'
import { type Listening, useListening } from '../../client/listening.js'

/** What the pages call with; the page is made before its listings are. */
const KEY = `hf_0123456789ab_${'k'.repeat(43)}`
const EVERY_DAY = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const DAYS = 21
const NIGHTS = 120

export interface ShopService extends Listening {
  readonly ids: {
    /** Two courts by the hour, in Kolkata. */
    readonly turf: string
    /** Twelve places, in Nairobi. */
    readonly yoga: string
    /** Double rooms and suites, in Prague. */
    readonly hotel: string
    /** Three hotels with rooms. */
    readonly event: string
    /** By any start and end. */
    readonly court: string
    /** Holds for three seconds at the most. */
    readonly hasty: string
    /** Confirms by hand. */
    readonly careful: string
    /** Every name is an attack. */
    readonly hostile: string
  }
  bookUrl(listing: keyof ShopService['ids']): string
}

export const HOSTILE = `<img src=x onerror="document.title='broken'">"><script>document.title='broken'</script>`

/** Call at the top of a test file; the object is filled in before the first test. */
export function useShop(origins: string[] = []): ShopService {
  const service = useListening({ site: { storefrontKey: KEY }, made: { liveEveryMs: 50 } })
  const shop = Object.assign(service, { ids: {}, bookUrl: (_: string) => '' }) as Mutable
  shop.bookUrl = (listing) => `${service.baseUrl}/book/${shop.ids[listing]}`
  beforeAll(async () => {
    const stock = stockOf(service)
    shop.ids = {
      turf: await stock.time('Riverside turf', 'Asia/Kolkata', ['Court 1', 'Court 2'], HOURLY),
      yoga: await stock.time('Yoga on the roof', 'Africa/Nairobi', ['The roof'], CLASS),
      court: await stock.time('The old courts', 'Europe/Berlin', ['Clay', 'Grass'], RANGES),
      hasty: await stock.time('A hasty place', 'UTC', ['Desk'], HOURLY, { hold_seconds_max: 3 }),
      careful: await stock.time('A careful place', 'UTC', ['Room'], HOURLY, {
        storefront_confirms: 'never',
      }),
      hostile: await stock.time(HOSTILE, 'UTC', [HOSTILE], HOURLY),
      hotel: await stock.nights('Grand Hotel', ['Double room', 'Suite']),
      event: await stock.units('A congress', ['Hotel Astoria', 'Hotel Bellevue', 'Hotel Central']),
    }
    await ensureApiKey(service.db, KEY, {
      ...{ name: 'the pages', scope: 'storefront', listingIds: Object.values(shop.ids), origins },
    })
  })
  return shop
}

type Mutable = { -readonly [Key in keyof ShopService]: ShopService[Key] }

const HOURLY = {
  sold_by: 'slots',
  slot_minutes: 60,
  weekly: [{ days: EVERY_DAY, from: '08:00', to: '16:00' }],
}
const CLASS = {
  sold_by: 'slots',
  slot_minutes: 90,
  capacity: 12,
  weekly: [
    { days: EVERY_DAY, from: '07:00', to: '08:30' },
    { days: EVERY_DAY, from: '18:00', to: '19:30' },
  ],
}
const RANGES = {
  sold_by: 'ranges',
  min_minutes: 60,
  max_minutes: 180,
  step_minutes: 30,
  weekly: [{ days: EVERY_DAY, from: '08:00', to: '22:00' }],
}

function stockOf(service: Listening) {
  const { call } = service
  const today = new Date().toISOString().slice(0, 'YYYY-MM-DD'.length)
  const make = async (method: string, url: string, body: object) => {
    const { statusCode, ...made } = await call(method, url, { as: service.keys.admin, body })
    if (statusCode >= 300) throw new Error(`${url}: ${made.body}`)
    return made.json() as { readonly id: string }
  }
  const listing = async (name: string, time_zone: string, policy: object = {}) => {
    const terms = { storefront_confirms: 'free', ...policy }
    return (await make('POST', '/v1/listings', { name, time_zone, policy: terms })).id
  }
  const resource = async (id: string, name: string, exclusive = false) =>
    `/v1/listings/${id}/resources/${(await make('POST', `/v1/listings/${id}/resources`, { name, exclusive })).id}`
  return {
    async time(name: string, zone: string, names: string[], schedule: object, policy?: object) {
      const id = await listing(name, zone, policy)
      for (const each of names) {
        const url = await resource(id, each, !('capacity' in schedule))
        await make('PUT', `${url}/schedule`, schedule)
        if (schedule === RANGES) continue
        await make('POST', `${url}/slots`, { from: today, to: addDays(today, DAYS) })
      }
      return id
    },
    async nights(name: string, types: string[]) {
      const id = await listing(name, 'Europe/Prague')
      for (const [i, each] of types.entries()) {
        const terms = { capacity: i === 0 ? 20 : 1, minimum_stay: i + 1 }
        const dates = { from: today, to: addDays(today, NIGHTS) }
        await make('PUT', `${await resource(id, each)}/nights`, { ...dates, ...terms })
      }
      return id
    },
    async units(name: string, hotels: string[]) {
      const id = await listing(name, 'Europe/Paris')
      for (const [i, each] of hotels.entries()) {
        const resource_id = (await resource(id, each)).split('/').at(-1)
        await make('POST', `/v1/listings/${id}/pools`, { resource_id, capacity: [3, 120, 48][i] })
      }
      return id
    },
  }
}

/** A time of the Monday of the week after this one, which nobody's clock has passed. */
export async function chooseTime(page: Page, time: string, court?: string): Promise<void> {
  await page.getByRole('button', { name: 'The week after' }).click()
  await page.getByRole('button', { name: /^Mon/ }).click()
  const around = court === undefined ? page : page.getByRole('region', { name: court, exact: true })
  await around.getByRole('button', { name: new RegExp(`^${time}`) }).click()
}

/** Nights of the month after this one. */
export async function chooseNights(page: Page, days: readonly [number, number]): Promise<void> {
  await page.getByRole('button', { name: 'The month after' }).click()
  for (const day of days) {
    await page
      .getByRole('button', { name: new RegExp(`\\b${day} .*\\d left$`) })
      .first()
      .click()
  }
  await page.getByRole('button', { name: 'Choose these nights' }).click()
}

/** Everything up to the hold. */
export async function fillAddress(page: Page, email = 'ada@example.com'): Promise<void> {
  await page.getByLabel('Your e-mail address').fill(email)
}

export const pressHold = (page: Page) => page.getByRole('button', { name: /^Hold for/ }).click()

export async function fillDetails(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Held for you' }).waitFor()
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await page.getByLabel('Note').fill('We arrive late')
}

export const pressBook = (page: Page) =>
  page.getByRole('button', { name: 'Book', exact: true }).click()

export const seeBooked = (page: Page) => page.getByRole('heading', { name: 'Booked' }).waitFor()

/** From what is chosen to what is booked. */
export async function holdAndBook(page: Page, email?: string): Promise<void> {
  await fillAddress(page, email)
  await pressHold(page)
  await fillDetails(page)
  await pressBook(page)
  await seeBooked(page)
}
