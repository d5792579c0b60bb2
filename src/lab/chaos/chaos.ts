/**
 * Faults during a race, at moments and of kinds that a seed draws. The customers' answers and the
 * database have to agree all the same.
 *
 * Each kind draws its own numbers, so that it does the same with and without the others. The draws
 * repeat with the seed; what they hit depends on which servers and connections are there then.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom } from '../race/random.js'
import { plural } from '../words.js'
import { between, type Field, type Harm } from './harm.js'
import { killBackends } from './kill-backend.js'
import { killServers } from './kill-server.js'
import { openNetwork } from './network.js'
import { slowNetwork } from './slow-network.js'

export const CHAOS_NAMES = ['kill-server', 'kill-backend', 'slow-network'] as const

/** The file's stem and the CLI's value are one. */
export type ChaosName = (typeof CHAOS_NAMES)[number]

/** One blow. Times are nanoseconds of the machine's monotonic clock. */
export interface ChaosEvent {
  readonly name: ChaosName
  /** In a few words. */
  readonly what: string
  readonly atNs: number
  /** When it was over; for a server, when another one had taken its place. Null until then. */
  readonly endedNs: number | null
}

export interface Chaos {
  /** Where servers connect to: a network of ours in front of the database, or the database. */
  readonly databaseUrl: string
  /** What has been done so far, in the order of beginning. */
  readonly events: readonly ChaosEvent[]
  /** Does harm from now on, until `field.signal` is aborted or `stop` is called. Called once. */
  begin(field: Field): void
  /**
   * Resolves when the harm is over; servers go on, over a calm network.
   *
   * @returns what was done and how often, as in "killed 3 servers"
   * @throws what kept a kind from going on, such as a server that could not be replaced
   */
  stop(): Promise<readonly string[]>
  /** Lets go of everything: no server can reach the database through the network any more. */
  close(): Promise<void>
}

export interface ChaosOptions {
  readonly databaseUrl: string
  readonly seed: number
}

/** @param names which kinds; without any, `begin` does nothing */
export async function openChaos(
  names: readonly ChaosName[],
  { databaseUrl, seed }: ChaosOptions,
): Promise<Chaos> {
  const network = names.includes('slow-network') ? await openNetwork(databaseUrl) : undefined
  const events: Writable<ChaosEvent>[] = []
  const stopped = new AbortController()
  let working: Promise<unknown> = Promise.resolve()

  function harmOf(name: ChaosName, field: Field, random: () => number): Harm | undefined {
    if (name === 'kill-server') return killServers(field, random)
    if (name === 'kill-backend') return killBackends(field, random)
    return network && slowNetwork(field, random, network)
  }

  async function work(name: ChaosName, given: Field): Promise<void> {
    const field = { ...given, signal: AbortSignal.any([given.signal, stopped.signal]) }
    const random = createRandom(seed ^ SALTS[name])
    const harm = harmOf(name, field, random)
    if (harm === undefined) return
    const { min, max } = harm.pauseMs
    try {
      for (;;) {
        await pause(between(random, min, max), undefined, { signal: field.signal }).catch(() => {})
        if (field.signal.aborted) return
        const atNs = nowNs()
        const blow = await harm.strike()
        if (blow === undefined) continue
        const event: Writable<ChaosEvent> = { name, what: blow.what, atNs, endedNs: null }
        events.push(event)
        await blow.over
        event.endedNs = nowNs()
      }
    } catch (error) {
      // What fails after the race was ended failed because of that.
      if (!given.signal.aborted) throw error
    } finally {
      await harm.end()
    }
  }

  return {
    databaseUrl: network?.url ?? databaseUrl,
    events,
    begin(field) {
      working = Promise.all(names.map((name) => work(name, field)))
      // `stop` throws it.
      working.catch(() => stopped.abort())
    },
    async stop() {
      stopped.abort()
      await working
      return summaryOf(events)
    },
    async close() {
      stopped.abort()
      await working.catch(() => {})
      await network?.close()
    },
  }
}

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** Any numbers that differ. */
const SALTS: Readonly<Record<ChaosName, number>> = {
  'kill-server': 0x1f123bb5,
  'kill-backend': 0x5bd1e995,
  'slow-network': 0x2545f491,
}

const SENTENCES: Readonly<Record<ChaosName, (times: number) => string>> = {
  'kill-server': (times) => `killed ${plural(times, 'server')}`,
  'kill-backend': (times) => `ended ${plural(times, 'backend')}`,
  'slow-network': (times) => `disturbed the network ${times === 1 ? 'once' : `${times} times`}`,
}

function summaryOf(events: readonly ChaosEvent[]): string[] {
  const names = CHAOS_NAMES.filter((name) => events.some((event) => event.name === name))
  return names.map((name) => SENTENCES[name](events.filter((event) => event.name === name).length))
}

function nowNs(): number {
  return Number(process.hrtime.bigint())
}
