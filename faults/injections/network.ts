/** F7, F8: networks that are slow, narrow, broken or dark, and one that loses the answer to COMMIT. */
import { setTimeout as pause } from 'node:timers/promises'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import { type Network, openNetwork } from '../../src/lab/chaos/network.js'
import { startDatabaseProxy } from '../../test/support/database/database-proxy.js'
import type { Fault } from '../fault.js'
import { openStand, type Stand } from '../ground/stand.js'
import { runTrial } from '../ground/trial.js'

/** No caller waits longer: the product answers within ten seconds, and a little is the way. */
const ANSWER_MAX_MS = 14_000

/** Each does its harm for a while; `calm` ends it. */
const DISTURBANCES: Readonly<
  Record<string, (network: Network, random: () => number) => Promise<void> | void>
> = {
  latency: (network, random) => network.weather({ latencyMs: between(random, 20, 120) }),
  throttle: (network, random) => network.weather({ bytesPerSecond: between(random, 8, 64) * 1024 }),
  reset: (network, random) => cutSome(network, random, 'reset'),
  'half-close': (network, random) => cutSome(network, random, 'half-close'),
  blackhole: (network) => network.weather({ latencyMs: 60_000 }),
  'cut at a byte': async (network, random) => {
    network.weather({ bytesPerSecond: between(random, 500, 4_000) })
    await pause(between(random, 20, 200))
    for (const link of network.links) link.cut('reset')
    network.weather({})
  },
}

async function cutSome(network: Network, random: () => number, how: 'reset' | 'half-close') {
  for (let i = 0; i < 10; i += 1) {
    oneOf(random, network.links)?.cut(how)
    await pause(between(random, 20, 120))
  }
}

export const badNetwork: Fault = {
  id: 'F7',
  injects:
    'a network that is slow, narrow or dark, resets, half closes, or cuts at a byte: to the database, and to the callers',
  repetitions: { quick: 2, whole: 120 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F7' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random, load }) {
            const toDatabase = random() < 0.5
            const name = oneOf(random, Object.keys(DISTURBANCES)) ?? 'latency'
            const spellMs = between(random, 400, 1_500)
            if (toDatabase) await disturbDatabase(stand, name, random, spellMs)
            else await disturbCallers(stand.fleet.chosen(), name, random, spellMs)
            const slow = load.operations.filter(({ longestMs }) => longestMs > ANSWER_MAX_MS)
            const isDark = !toDatabase && name === 'blackhole'
            if (slow.length === 0 || isDark) return {}
            return { wrong: [`${slow.length} callers waited longer than ${ANSWER_MAX_MS} ms`] }
          },
        }),
    }
  },
}

/** How long the new connections of a disturbed network have to be made before it is disturbed. */
const CONNECTING_MS = 200

async function disturbDatabase(
  { gate, postgres }: Stand,
  name: string,
  random: () => number,
  spellMs: number,
): Promise<void> {
  const network = await openNetwork(postgres.url)
  gate.leadTo(Number(new URL(network.url).port))
  gate.cut()
  await pause(CONNECTING_MS)
  await DISTURBANCES[name]?.(network, random)
  await pause(spellMs)
  gate.leadTo(postgres.port)
  await network.close()
  gate.cut()
}

/** Callers reach the servers through a network that is disturbed, and directly again after that. */
async function disturbCallers(
  servers: readonly { port: number }[],
  name: string,
  random: () => number,
  spellMs: number,
): Promise<void> {
  const ports = servers.map(({ port }) => port)
  const networks: Network[] = []
  for (const server of servers) {
    const network = await openNetwork(`postgres://127.0.0.1:${server.port}/callers`)
    networks.push(network)
    server.port = Number(new URL(network.url).port)
  }
  await pause(CONNECTING_MS)
  await Promise.all(networks.map((network) => DISTURBANCES[name]?.(network, random)))
  await pause(spellMs)
  servers.forEach((server, i) => {
    server.port = ports[i] ?? server.port
  })
  await Promise.all(networks.map((network) => network.close()))
}

/** How often answers begin to be lost, how many each time, and how long a quiet database is waited for. */
const LOSSES = 4
const LOST_EACH = 4
const LOSING_MAX_MS = 4_000

export const lostCommits: Fault = {
  id: 'F8',
  injects: 'exactly the answers to COMMIT are lost on the way to the product',
  repetitions: { quick: 1, whole: 100 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F8' })
    const proxy = await startDatabaseProxy(stand.postgres.url)
    stand.gate.leadTo(Number(new URL(proxy.url).port))
    stand.gate.cut()
    return {
      async end() {
        await proxy.close()
        return stand.end()
      },
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random }) {
            for (let i = 0; i < LOSSES; i += 1) {
              const before = proxy.commits
              const untilMs = performance.now() + LOSING_MAX_MS
              proxy.commitAnswers('lose')
              while (proxy.commits < before + LOST_EACH && performance.now() < untilMs) {
                await pause(10)
              }
              proxy.commitAnswers('pass')
              await pause(between(random, 50, 300))
            }
            return {}
          },
        }),
    }
  },
}
