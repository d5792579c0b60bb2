/** Follows what is taken by the hour for as long as a page is there. */
import type { Listing, LiveEvent, PoolAvailability, Resource } from 'holdfast/client'
import { useEffect, useState } from 'preact/hooks'
import { addDays, dateOf } from '../../../shared/times.js'
import { client } from '../../api.js'
import { sentenceOfError } from '../../calls/sentences.js'
import { eachOf } from '../all-pages.js'
import { afterChange, begunOf, type Nights, nightsAfter, type Rows, withSlots } from './taken.js'

export interface FollowedRows {
  /** Undefined until the first look has come. */
  readonly rows: Rows | undefined
  readonly nights: Nights
  /** Those that are bound to no time, by id. */
  readonly pools: ReadonlyMap<string, PoolAvailability>
  /** Counts the events: whoever shows what no event has in full looks again. */
  readonly bell: number
  /** The line is lost: what is shown may be old. */
  readonly isOld: boolean
  readonly sentence: string | undefined
}

const START: FollowedRows = {
  ...{ rows: undefined, nights: new Map(), pools: new Map(), bell: 0 },
  ...{ isOld: false, sentence: undefined },
}
const MS_PER_MINUTE = 60_000

export function useRows(
  listing: Listing,
  resources: readonly Resource[],
  dates: { readonly from: string; readonly to: string },
): FollowedRows {
  const [followed, setFollowed] = useState<FollowedRows>(START)
  const { from, to } = dates
  useEffect(() => {
    const ended = new AbortController()
    setFollowed(START)
    const zones = new Map(resources.map((each) => [each.id, each.time_zone ?? listing.time_zone]))
    const zoneOf = (id: string) => zones.get(id) ?? listing.time_zone
    const onEvent = ({ kind, availability }: LiveEvent) =>
      setFollowed(({ rows = new Map(), nights, pools: before, bell }) => {
        const nowMs = Date.now()
        const known = kind === 'snapshot' ? begunOf(rows, nowMs) : rows
        const next = afterChange(known, availability, { zoneOf, nowMs })
        const later = nightsAfter(kind === 'snapshot' ? new Map() : nights, availability, zoneOf)
        const pools = new Map(before)
        for (const pool of availability.pools) pools.set(pool.pool_id, pool)
        return {
          rows: next,
          nights: later,
          pools,
          bell: bell + 1,
          isOld: false,
          sentence: undefined,
        }
      })
    const onInterrupted = () => setFollowed((before) => ({ ...before, isOld: true }))
    const follow = async () => {
      const options = { from, to, signal: ended.signal, onInterrupted }
      for await (const event of client.live(listing.id, options)) onEvent(event)
    }
    const fill = () =>
      eachOf(soonOf(resources, listing, from, to), async ({ resource, before }) => {
        const query = { from, to: before }
        const slots = await client.slots.list(listing.id, resource.id, query, ended)
        if (!slots.ok || ended.signal.aborted) return
        setFollowed((last) => ({
          ...last,
          rows: withSlots(last.rows ?? new Map(), resource, slots.value.slots, zoneOf(resource.id)),
        }))
      })
    const onError = (error: unknown) => {
      if (ended.signal.aborted) return
      setFollowed((before) => ({ ...before, isOld: true, sentence: sentenceOfError(error) }))
    }
    follow().catch(onError)
    fill().catch(onError)
    return () => ended.abort()
  }, [listing.id, resources, from, to])
  return followed
}

/** Of which resources some of the dates are too soon, or over, to be on offer; and until when. */
function soonOf(resources: readonly Resource[], listing: Listing, from: string, to: string) {
  return resources
    .filter(({ archived }) => !archived)
    .flatMap((resource) => {
      const soonMs = Date.now() + resource.notice_minutes * MS_PER_MINUTE
      const next = addDays(dateOf(resource.time_zone ?? listing.time_zone, soonMs), 1)
      const before = next < to ? next : to
      return before > from ? [{ resource, before }] : []
    })
}
