/**
 * The load, in a process of its own: keeps one connection per client to a server of either
 * protocol, and runs a loop over them when told to.
 */
import { createRandom } from '../../src/lab/race/random.js'
import { answerOrders } from '../child.js'
import { createGauge } from '../subjects/gauge.js'
import { type Ask, closedLoop } from './closed-loop.js'
import { openLoop } from './open-loop.js'
import { openWire, parseHttp, parseRedis, type Wire } from './wire.js'

/** What a client says: one of the heads, drawn anew each time, and a tail of its own. */
export interface Requests {
  readonly protocol: 'http' | 'redis'
  readonly heads: readonly string[]
  /** `CLIENT` in it stands for a client's number, which has always as many digits. */
  readonly tail: string
}

export const CLIENT = '{client}'
const CLIENT_DIGITS = 5

export type LoadOrder =
  | {
      readonly kind: 'connect'
      readonly port: number
      readonly clients: number
      readonly requests: Requests
      readonly seed: number
    }
  | {
      readonly kind: 'run'
      readonly warmUpMs: number
      readonly ms: number
      readonly wanted: readonly string[]
      /** Makes it an open loop. */
      readonly ratePerSecond?: number
    }
  | { readonly kind: 'gauge' }

/** Connections opened at once: a server's queue for new ones is short. */
const CONNECTING_MAX = 100

let wires: Wire[] = []
let ask: Ask = () => Promise.reject(new Error('not connected'))
let random = createRandom(1)

const gauge = createGauge()

answerOrders(async (order: LoadOrder) => {
  if (order.kind === 'connect') return connectAll(order)
  if (order.kind === 'gauge') return gauge.read()
  const { ratePerSecond } = order
  const options = { ...order, clients: wires.length, ask }
  return ratePerSecond === undefined
    ? closedLoop(options)
    : openLoop({ ...options, ratePerSecond, random })
})

async function connectAll(order: Extract<LoadOrder, { kind: 'connect' }>): Promise<void> {
  const { port, clients, requests } = order
  const parse = requests.protocol === 'http' ? parseHttp : parseRedis
  random = createRandom(order.seed)
  for (const wire of wires) wire.close()
  wires = []
  while (wires.length < clients) {
    const count = Math.min(CONNECTING_MAX, clients - wires.length)
    wires.push(...(await Promise.all(Array.from({ length: count }, () => openWire(port, parse)))))
  }
  ask = asking(requests)
}

function asking({ heads, tail }: Requests): Ask {
  const tails = wires.map((_, client) =>
    tail.replace(CLIENT, String(client).padStart(CLIENT_DIGITS, '0')),
  )
  const broken = () => Promise.reject(new Error('no such client'))
  const [only] = heads
  if (heads.length === 1) {
    const texts = tails.map((each) => `${only}${each}`)
    return (client) => wires[client]?.ask(texts[client] ?? '') ?? broken()
  }
  return (client) => {
    const head = heads[Math.floor(random() * heads.length)]
    return wires[client]?.ask(`${head}${tails[client]}`) ?? broken()
  }
}
