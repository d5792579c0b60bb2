/**
 * slow-network: between the servers and the database it becomes slow, or narrow, or a connection
 * breaks: by a reset, or half closed, so that the database still waits with its locks held.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { between, type Field, type Harm, oneOf } from './harm.js'
import type { Cut, Network } from './network.js'
import type { Weather } from './pipe.js'

export function slowNetwork({ signal }: Field, random: () => number, network: Network): Harm {
  /** Bad weather for a while. */
  const spell = (weather: Weather, what: string) => {
    const spellMs = between(random, 100, 400)
    network.weather(weather)
    const over = pause(spellMs, undefined, { signal })
      .catch(() => {})
      .finally(() => network.weather({}))
    return { what: `${what} for ${spellMs} ms`, over }
  }
  const cut = (how: Cut, what: string) => {
    const link = oneOf(random, network.links)
    link?.cut(how)
    return link === undefined ? undefined : { what, over: undefined }
  }
  const blows = [
    () => {
      const latencyMs = between(random, 2, 60)
      return spell({ latencyMs }, `a latency of ${latencyMs} ms`)
    },
    () => {
      const kilobytes = between(random, 16, 128)
      return spell({ bytesPerSecond: kilobytes * 1024 }, `${kilobytes} KB a second`)
    },
    () => cut('reset', 'reset a connection'),
    () => cut('half-close', 'half closed a connection'),
  ]
  return {
    pauseMs: { min: 20, max: 200 },
    strike: async () => oneOf(random, blows)?.(),
    // The servers go on over it; whoever opened the network closes it.
    end: async () => network.weather({}),
  }
}
