/** Follows what is left for as long as a component is there. */
import { useSignal } from '@preact/signals'
import type { LiveOptions } from 'holdfast/client'
import { useEffect } from 'preact/hooks'
import { nextChance } from '../../shared/until-known.js'
import { type Service, useService } from './service.js'
import { afterEvent, NO_STOCK, type Stock } from './stock.js'

export interface FollowedStock {
  /** Undefined until the first look has come. */
  readonly stock: Stock | undefined
  /** The line is lost: what is shown may be old. */
  readonly isOld: boolean
}

export type Followed = Pick<LiveOptions, 'from' | 'to' | 'resource_id'>

const PAUSE_MS = 1_000
/** Whoever was away for longer wants to see what there is now. */
const AWAY_MS = 10_000

export function useStock(listingId: string, followed: Followed): FollowedStock {
  const service = useService()
  const stock = useSignal<Stock | undefined>(undefined)
  const isOld = useSignal(false)
  const what = JSON.stringify([listingId, followed])
  useEffect(() => {
    stock.value = undefined
    const ended = new AbortController()
    void follow(service, listingId, followed, ended.signal, {
      onStock: (change) => {
        stock.value = change(stock.value ?? NO_STOCK)
        isOld.value = false
      },
      onLost: () => {
        isOld.value = true
      },
    })
    return () => ended.abort()
  }, [what, service])
  return { stock: stock.value, isOld: isOld.value }
}

interface Followers {
  onStock(change: (stock: Stock) => Stock): void
  onLost(): void
}

/** One stream after the other; each begins with all there is, so that a line that is back is heard of. */
async function follow(
  { client }: Service,
  listingId: string,
  followed: Followed,
  ended: AbortSignal,
  { onStock, onLost }: Followers,
): Promise<void> {
  while (!ended.aborted) {
    const stream = new AbortController()
    const end = () => stream.abort()
    ended.addEventListener('abort', end)
    const stopWatching = onReturn(end)
    const onInterrupted = () => {
      onLost()
      end()
    }
    try {
      const events = client.live(listingId, { ...followed, signal: stream.signal, onInterrupted })
      for await (const event of events) onStock((stock) => afterEvent(stock, event))
    } catch {
      if (!ended.aborted) onLost()
    } finally {
      ended.removeEventListener('abort', end)
      stopWatching()
    }
    if (!ended.aborted) await nextChance(PAUSE_MS)
  }
}

/** Calls when the reader comes back to the page after a while. @returns what ends that */
function onReturn(callback: () => void): () => void {
  let hiddenSinceMs = Number.POSITIVE_INFINITY
  const watch = () => {
    if (document.hidden) hiddenSinceMs = Date.now()
    else if (Date.now() - hiddenSinceMs > AWAY_MS) callback()
  }
  document.addEventListener('visibilitychange', watch)
  return () => document.removeEventListener('visibilitychange', watch)
}
