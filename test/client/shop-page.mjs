/**
 * A shop's page, as a browser runs it: it lists what there is, holds a slot and two nights, shows how long the
 * hold lasts, lets its own server have it confirmed, and hears of it live. What it saw it sends to its server.
 */
import { createClient } from '/client/client.js'

const send = (path, body) => fetch(path, { method: 'POST', body: JSON.stringify(body) })

/** The pools of a stream's news, by their ids, as they are in the end. */
function merged(pools, { availability }) {
  for (const resource of availability.resources) {
    for (const pool of resource.pools) pools.set(pool.pool_id, pool.available)
  }
  return pools
}

async function followed(client, { listingId, dates }) {
  const pools = new Map()
  const news = client.live(listingId, dates)
  const first = await news.next()
  const kinds = [first.value.kind]
  merged(pools, first.value)
  return async (isEnough) => {
    while (!isEnough(pools)) {
      const { value } = await news.next()
      kinds.push(value.kind)
      merged(pools, value)
    }
    await news.return()
    return { kinds, left: Object.fromEntries(pools) }
  }
}

/** The same with `EventSource`, which sends no header. */
async function followedWithTicket(client, { baseUrl, listingId, dates }) {
  const got = await client.liveTicket(listingId)
  const query = new URLSearchParams({ ...dates, ticket: got.value.ticket })
  const source = new EventSource(`${baseUrl}/v1/listings/${listingId}/live?${query}`)
  const pools = new Map()
  let onNews = () => {}
  const hear = ({ data }) => {
    merged(pools, { availability: JSON.parse(data) })
    onNews()
  }
  source.addEventListener('change', hear)
  await new Promise((resolve, reject) => {
    source.addEventListener('snapshot', (event) => resolve(hear(event)))
    source.addEventListener('error', () => reject(new Error('EventSource was refused')))
  })
  return async (isEnough) => {
    while (!isEnough(pools)) {
      await new Promise((resolve) => {
        onNews = resolve
      })
    }
    source.close()
    return Object.fromEntries(pools)
  }
}

/** What the page shows of a hold: how long it lasts, to a tenth of a second. */
async function countdown({ expires_at }) {
  const shown = []
  while (shown.length < 3) {
    const text = ((Date.parse(expires_at) - Date.now()) / 1_000).toFixed(1)
    document.querySelector('#countdown').textContent = text
    if (shown.at(-1) !== text) shown.push(text)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return shown.map(Number)
}

/** What a page reads of an answer without the client. */
async function headersOf({ baseUrl, apiKey, listingId }, body) {
  const headers = {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    'idempotency-key': crypto.randomUUID(),
  }
  const ask = () =>
    fetch(`${baseUrl}/v1/listings/${listingId}/reservations`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
  await ask()
  const again = await ask()
  return ['etag', 'location', 'idempotent-replayed', 'x-request-id'].filter(
    (name) => again.headers.get(name) !== null,
  )
}

async function shop() {
  const setup = await (await fetch('/setup')).json()
  const { baseUrl, apiKey, otherKey, listingId, courtId, hotelId, dates, stay } = setup
  const client = createClient({ baseUrl, apiKey })
  const listing = await client.listings.get(listingId)
  const resources = await client.resources.list(listingId)
  const slots = await client.slots.list(listingId, courtId, dates)
  const nights = await client.nights.get(listingId, hotelId, dates)
  const before = await client.availability(listingId, dates)
  const [slot] = slots.value.slots
  const night = nights.value.nights[0]
  const sold = (pools) => pools.get(slot.pool_id) === 0 && pools.get(night.pool_id) === 3
  const live = await followed(client, setup)
  const withTicket = await followedWithTicket(client, setup)
  const customer = 'ada@example.com'
  const lines = [{ pool_id: slot.pool_id }, { resource_id: hotelId, quantity: 2, ...stay }]
  const held = await client.reservations.hold(listingId, { customer, lines, hold_seconds: 600 })
  const { id, token } = held.value
  const shown = await countdown(held.value)
  await send('/pay', { id })
  const paid = await client.reservations.get(listingId, id, { token })
  const other = createClient({ baseUrl, apiKey: otherKey, retries: 0 })
  const refused = await other.availability(listingId).catch((error) => error.code)
  const wrong = createClient({ baseUrl, apiKey: 'hf_wrong', retries: 0 })
  const unknown = await wrong.availability(listingId).catch((error) => error.code)
  return {
    listing: listing.value.time_zone,
    resources: resources.value.items.map(({ name }) => name),
    tagged: before.etag !== undefined && before.requestId !== undefined,
    countdown: shown,
    states: [held.value.state, paid.value.state],
    live: await live(sold),
    withTicket: await withTicket(sold),
    sold: { slot: slot.pool_id, night: night.pool_id },
    headers: await headersOf(setup, { customer, lines: setup.spare, hold_seconds: 60 }),
    keys: [refused, unknown],
  }
}

shop().then(
  (saw) => send('/saw', saw),
  (error) => send('/saw', { error: String(error), stack: error.stack }),
)
