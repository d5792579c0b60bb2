/** Availability as it changes, over lines that break. */
import { afterEach, describe, expect, test } from 'vitest'
import type { HoldfastClientError, LiveEvent } from '../../src/client/client.js'
import { newId } from '../../src/domain/ids.js'
import { later } from '../support/later.js'
import { until } from '../support/until.js'
import { startBreakingLine } from './breaking-line.js'
import { useListening, wantedOf } from './listening.js'

const service = useListening({ made: { liveEveryMs: 20 } })
const closing: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** How many streams the service has open. */
async function streams(): Promise<number> {
  const { body } = await service.app.inject('/metrics')
  return Number(/^holdfast_live_streams (\d+)$/m.exec(body)?.[1])
}

async function nextOf(news: AsyncIterator<LiveEvent>): Promise<LiveEvent> {
  const { done, value } = await news.next()
  if (done) throw new Error('the stream is over')
  return value
}

const hold = async () => {
  const wanted = wantedOf(service.poolIds[2])
  const result = await service.client().reservations.hold(service.listingId, wanted)
  if (!result.ok) throw new Error('no hold')
}

/** What is left of the large pool. */
const leftIn = ({ availability }: LiveEvent) =>
  availability.pools.find((pool) => pool.pool_id === service.poolIds[2])?.available ?? Number.NaN

describe('a live listing', () => {
  test('tells every pool at first, then the pools that change', async () => {
    const news = service.client().live(service.listingId)
    const first = await nextOf(news)
    expect([first.kind, first.availability.pools.length]).toEqual(['snapshot', 3])
    await hold()
    const second = await nextOf(news)
    expect([second.kind, second.availability.pools.length]).toEqual(['change', 1])
    expect(leftIn(second)).toBe(leftIn(first) - 1)
    expect(second.availability.version).toBeGreaterThan(first.availability.version)
    await news.return?.()
    await until('the server has let go of the stream', async () => (await streams()) === 0)
  })

  test('goes on where it was when the line breaks, without a second snapshot', async () => {
    const line = await startBreakingLine(service.baseUrl)
    closing.push(() => line.close())
    const interruptions: HoldfastClientError[] = []
    const client = service.client({ baseUrl: line.baseUrl, random: () => 0 })
    const news = client.live(service.listingId, {
      onInterrupted: (error) => interruptions.push(error),
    })
    closing.push(async () => news.return?.())
    const before = leftIn(await nextOf(news))
    const next = later(nextOf(news))
    line.cut()
    await until('the server has noticed', async () => (await streams()) === 0)
    await until('the client is back', async () => (await streams()) === 1)
    await hold()
    const after = await next
    expect([after.kind, leftIn(after)]).toEqual(['change', before - 1])
    expect(interruptions.map(({ code }) => code)).toEqual(['connection_lost'])
  })

  test('begins with a snapshot again when something was missed meanwhile', async () => {
    const line = await startBreakingLine(service.baseUrl)
    const client = service.client({ baseUrl: line.baseUrl, random: () => 0 })
    const news = client.live(service.listingId)
    closing.push(async () => news.return?.())
    const before = leftIn(await nextOf(news))
    const next = later(nextOf(news))
    line.cut()
    await hold()
    const after = await next
    closing.push(() => line.close())
    expect([after.kind, leftIn(after)]).toEqual(['snapshot', before - 1])
  })

  test('tells nothing again to a caller who has seen this version', async () => {
    const availability = await service.client().availability(service.listingId)
    if (!availability.ok) throw new Error('no availability')
    const news = service.client().live(service.listingId, { since: availability.value.version })
    const next = later(nextOf(news))
    await until('the stream is open', async () => (await streams()) === 1)
    await hold()
    expect((await next).kind).toBe('change')
    await news.return?.()
  })

  test('that falls silent counts as lost', async () => {
    const interrupted: HoldfastClientError[] = []
    const news = service.client().live(service.listingId, {
      silenceMsMax: 100,
      onInterrupted: (error) => interrupted.push(error),
    })
    await nextOf(news)
    const next = later(news.next())
    await until('the silence was noticed', () => interrupted.length > 0)
    await news.return?.()
    expect(await next).toMatchObject({ done: true })
  })

  test('ends quietly when the caller aborts, and lets go of the line', async () => {
    const caller = new AbortController()
    const seen: LiveEvent[] = []
    for await (const event of service.client().live(service.listingId, { signal: caller.signal })) {
      seen.push(event)
      caller.abort()
    }
    expect(seen).toHaveLength(1)
    await until('the server has let go of the stream', async () => (await streams()) === 0)
    const late = service.client().live(service.listingId, { signal: caller.signal })
    expect(await late.next()).toMatchObject({ done: true })
  })

  test('ends when the loop over it is left', async () => {
    for await (const _event of service.client().live(service.listingId)) break
    await until('the server has let go of the stream', async () => (await streams()) === 0)
  })

  test('that does not exist, or is not for this key, is no stream to wait for', async () => {
    const nowhere = service.client().live(newId())
    await expect(nowhere.next()).rejects.toMatchObject({ code: 'not_found', status: 404 })
    const stranger = service.client({ apiKey: `hf_${'0'.repeat(12)}_${'x'.repeat(43)}` })
    await expect(stranger.live(service.listingId).next()).rejects.toMatchObject({
      code: 'unauthorized',
    })
  })
})
