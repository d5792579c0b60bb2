/** How many streams of availability are open, and whether another one may be. */
import { countPlaces } from '../guard/places.js'

/** Who wants to follow. */
export interface Follower {
  readonly keyId: string
  /** Of somebody with a storefront's key, which is public; undefined for everybody else. */
  readonly shopperAddress: string | undefined
}

/** Who has as many streams as may be open. */
export type StreamRefusal = 'server' | 'key' | 'address'

export interface StreamCount {
  readonly open: number
  /** Counts a stream in. @returns a function that counts it out, once; or whose bound was met */
  enter(follower: Follower): (() => void) | StreamRefusal
}

export interface StreamBounds {
  readonly streamsMax: number
  readonly keyStreamsMax: number
  readonly addressStreamsMax: number
}

/** One in so many is kept for keys that are not a storefront's. */
const KEPT = 10

export function countStreams(bounds: StreamBounds): StreamCount {
  const { streamsMax } = bounds
  const shoppersMax = streamsMax - Math.floor(streamsMax / KEPT)
  const byKey = countPlaces(bounds.keyStreamsMax)
  const byAddress = countPlaces(bounds.addressStreamsMax)
  let open = 0
  return {
    get open() {
      return open
    },
    enter({ keyId, shopperAddress }) {
      const isShopper = shopperAddress !== undefined
      if (open >= (isShopper ? shoppersMax : streamsMax)) return 'server'
      const leaveAddress = isShopper ? byAddress.enter(shopperAddress) : () => {}
      if (leaveAddress === undefined) return 'address'
      const leaveKey = byKey.enter(keyId)
      if (leaveKey === undefined) {
        leaveAddress()
        return 'key'
      }
      open += 1
      let counted = true
      return () => {
        if (!counted) return
        counted = false
        open -= 1
        leaveAddress()
        leaveKey()
      }
    },
  }
}
