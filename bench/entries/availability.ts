/** What a calendar page costs: availability on dates, of a listing that has seen a lot. */
import { Pool } from 'undici'
import { issueApiKey } from '../../src/access/api-keys.js'
import { newId } from '../../src/domain/ids.js'
import { createListing, createResource } from '../../src/engine/sale/listings.js'
import { startChild } from '../child.js'
import type { Sample } from '../results.js'
import { openStage, type Stage } from '../stage.js'
import type { ServerOrder } from '../subjects/server-process.js'
import type { Context, Entry, OpenEntry } from './entry.js'

const COURTS = 50
/** From eight to ten in the evening, every day of the year. */
const HOURS = 14
const DAYS = 365
const FIRST_DAY = '2038-01-01'
const CONNECTIONS = 4
const REQUESTS_MIN = 60
const STRATEGY = 'batched'

/** What the cells are called. */
export const AVAILABILITY = {
  month: 'a month',
  week: 'a week',
  day: 'a day',
  unchanged: 'a month, unchanged (304)',
} as const

export const availability: Entry = {
  name: 'availability',
  title: 'Availability on dates',
  about:
    `A listing with ${COURTS} courts, each sold by the hour, ${HOURS} hours a day for a year, after a ` +
    'million reservations of them (a quick run has a tenth), over HTTP: one request after the other.',
  async open(context) {
    return openCourts(context)
  },
}

export interface Courts {
  readonly listingId: string
  readonly url: string
  readonly key: string
}

async function openCourts(context: Context): Promise<OpenEntry> {
  const { serverUrl, options } = context
  const stage = await openStage(serverUrl, 'holdfast_bench_courts')
  const { url, key } = await writeCourts(context, stage)
  const server = startChild('./subjects/server-process.ts')
  const order: ServerOrder = {
    ...{ kind: 'serve', databaseUrl: stage.url, strategy: STRATEGY },
    ...{ connections: CONNECTIONS, service: true },
  }
  const port = await server.ask<number>(order)
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 })
  const look = async (path: string, etag?: string): Promise<string> => {
    const headers = {
      authorization: `Bearer ${key}`,
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
    }
    const answer = await pool.request({ path, method: 'GET', headers })
    await answer.body.dump({ limit: 64 * 1024 * 1024 })
    const wanted = etag === undefined ? 200 : 304
    if (answer.statusCode !== wanted) throw new Error(`${path} was answered ${answer.statusCode}`)
    return String(answer.headers['etag'])
  }
  const cell = (subject: string, days: number, known = false) => ({
    ...{ entry: availability.name, subject, way: 'HTTP' as const, clients: 1 },
    async measure() {
      const path = (i: number) => `${url}?${datesFrom(i, days)}`
      const etags = new Map<number, string>()
      if (known) for (let i = 0; i < MONTHS; i += 1) etags.set(i, await look(path(i)))
      return measured(options, (i) => look(path(i % MONTHS), etags.get(i % MONTHS)))
    },
  })
  return {
    cells: [
      cell(AVAILABILITY.month, 31),
      cell(AVAILABILITY.week, 7),
      cell(AVAILABILITY.day, 1),
      cell(AVAILABILITY.unchanged, 31, true),
    ],
    close: async () => {
      await pool.close()
      await server.stop()
      await stage.close()
    },
  }
}

const MONTHS = 11
const DAYS_BETWEEN = 30
const MS_PER_DAY = 86_400_000

/** Some dates of the year, others each time. */
function datesFrom(i: number, days: number): string {
  const fromMs = Date.parse(FIRST_DAY) + (i % MONTHS) * DAYS_BETWEEN * MS_PER_DAY
  const date = (ms: number) => new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length)
  return `from=${date(fromMs)}&to=${date(fromMs + days * MS_PER_DAY)}`
}

/** One request after the other: first to warm up, then for as long as is measured. */
async function measured(
  { warmUpMs, measureMs }: Context['options'],
  ask: (i: number) => Promise<unknown>,
): Promise<Sample> {
  const warmUntil = performance.now() + warmUpMs
  for (let i = 0; i < MONTHS || performance.now() < warmUntil; i += 1) await ask(i)
  const times: number[] = []
  const begun = performance.now()
  while (times.length < REQUESTS_MIN || performance.now() - begun < measureMs) {
    const startedAt = performance.now()
    await ask(times.length)
    times.push(performance.now() - startedAt)
  }
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
  const perSecond = (times.length * 1000) / (performance.now() - begun)
  const latencyMs = { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
  return { perSecond, latencyMs, others: {}, extra: {} }
}

// A year of hours, court by court, as they are made from a schedule.
const WRITE_SLOTS = `
  insert into pools (listing_id, pool_id, resource_id, exclusive, during, capacity)
  select $1, gen_random_uuid(), $2, true, tstzrange(slot.begins, slot.begins + interval '1 hour'), 1
  from generate_series(0, $3 - 1) as day
  cross join generate_series(0, $4 - 1) as hour
  cross join lateral (
    select ($5::date + day)::timestamp at time zone 'UTC' + (hour + 8) * interval '1 hour' as begins
  ) as slot
  order by slot.begins`

// As many for each slot as it takes: all but the last were cancelled, so each has its one customer.
const WRITE_RESERVATIONS = `
  with numbered as (
    select pool_id, row_number() over (order by pool_id) as n, count(*) over () as pools
    from pools
    where listing_id = $1
  ), wanted as (
    select pool_id, $2 / pools + (case when n <= $2 % pools then 1 else 0 end) as times
    from numbered
  ), sold as (
    select pool_id, times, time, gen_random_uuid() as reservation_id
    from wanted
    cross join lateral generate_series(1, times) as time
  ), reserved as (
    insert into reservations (listing_id, reservation_id, state, customer, line_count, version)
    select $1, reservation_id,
           (case when time = times then 'confirmed' else 'cancelled' end)::reservation_state,
           'client@example.com', 1, case when time = times then 1 else 2 end
    from sold
  ), lined as (
    insert into reservation_lines
      (listing_id, reservation_id, line_no, pool_id, quantity, taken_version, given_back_version)
    select $1, reservation_id, 1, pool_id, 1, 2 * time - 1,
           case when time = times then null else 2 * time end
    from sold
  )
  update pools
  set taken = 1,
      version = 2 * wanted.times - 1
  from wanted
  where pools.listing_id = $1
    and pools.pool_id = wanted.pool_id
    and wanted.times > 0`

export async function writeCourts({ options, say }: Context, stage: Stage): Promise<Courts> {
  const { grownReservations } = options
  say(`writing ${COURTS * DAYS * HOURS} slots and ${grownReservations} reservations`)
  const { client, db } = stage
  const listingId = newId()
  await createListing(db, { listingId, name: 'Courts', resources: [] })
  for (let court = 1; court <= COURTS; court += 1) {
    const name = `Court ${court}`
    const { resourceId } = await createResource(db, listingId, { name, exclusive: true })
    await client.query(WRITE_SLOTS, [listingId, resourceId, DAYS, HOURS, FIRST_DAY])
  }
  await client.query(WRITE_RESERVATIONS, [listingId, grownReservations])
  await client.query('vacuum analyze')
  await client.query('checkpoint').catch(() => say('no right to a checkpoint; going on'))
  const issued = await issueApiKey(db, {
    name: 'bench',
    scope: 'storefront',
    listingIds: [listingId],
  })
  if (issued === undefined) throw new Error('a listing that was just made is not there')
  return { listingId, url: `/v1/listings/${listingId}/availability`, key: issued.key }
}
