/** The nights of six weeks with their terms, and what is left of them as it changes. */
import { useSignal } from '@preact/signals'
import type { Night } from 'holdfast/client'
import { useEffect } from 'preact/hooks'
import { addDays } from '../../shared/times.js'
import { untilKnown } from '../../shared/until-known.js'
import type { Nights } from '../booking/stays.js'
import { useService } from '../stock/service.js'
import { timesOf } from '../stock/stock.js'
import { useStock } from '../stock/use-stock.js'

/** As many as a month reaches into, and as a storefront may follow at once. */
export const WEEKS = 6
const DAYS = WEEKS * 7

/** @param from the first day; nights of weeks that were seen before stay known */
export function useNights(
  listingId: string,
  resourceId: string,
  from: string,
): { readonly nights: Nights; readonly isOld: boolean } {
  const { client } = useService()
  const dates = { from, to: addDays(from, DAYS) }
  const known = useSignal<Nights>(new Map())
  const knownOf = useSignal('')
  const { stock, isOld } = useStock(listingId, { ...dates, resource_id: resourceId })
  useEffect(() => {
    let isCurrent = true
    const onLost = () => {}
    void untilKnown(() => client.nights.get(listingId, resourceId, dates), { onLost }).then(
      (found) => {
        if (!isCurrent || !found.ok) return
        const before = knownOf.value === resourceId ? known.value : new Map<string, Night>()
        knownOf.value = resourceId
        known.value = new Map([
          ...before,
          ...found.value.nights.map((night) => [night.night, night] as const),
        ])
      },
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [client, listingId, resourceId, from])
  if (knownOf.value !== resourceId) return { nights: new Map(), isOld }
  if (stock === undefined) return { nights: known.value, isOld }
  const left = new Map(timesOf(stock, resourceId).map((pool) => [pool.pool_id, pool.available]))
  const nights = new Map(
    [...known.value].map(([date, night]) => {
      const isFollowed = date >= dates.from && date < dates.to
      const available = isFollowed ? (left.get(night.pool_id) ?? 0) : night.available
      return [date, { ...night, available }] as const
    }),
  )
  return { nights, isOld }
}
