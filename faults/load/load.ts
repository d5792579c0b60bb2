/**
 * Visitors who reserve, hold, confirm, release and cancel over HTTP while something is broken, and who
 * write down what they were told. What they know is kept here, outside of the product: it is what the
 * database is held against afterwards.
 */
import { randomBytes } from 'node:crypto'
import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import { createRandom } from '../../src/lab/race/random.js'
import type { Served } from '../ground/product.js'
import { call, type Heard } from './call.js'
import { hear, isDefinite, type Kind, type Operation, type WantedLine } from './operation.js'
import type { Sale } from './sale.js'

export interface LoadOptions {
  readonly apiKey: string
  readonly sale: Sale
  /** Whom a visitor may ask now; may be nobody for a while. */
  readonly servers: () => readonly Pick<Served, 'port'>[]
  /** Visitors at once; default 12. */
  readonly visitors?: number
  readonly seed: number
  /** What part of the visits is for the hot pool; default 0.4. */
  readonly hotShare?: number
  /** When a visitor gives a call up; default 15,000 ms. */
  readonly timeoutMs?: number
}

export interface Load {
  readonly operations: readonly Operation[]
  /** Answers that contradict each other. */
  readonly contradictions: readonly string[]
  /** Definite answers so far, and how many of them said yes. */
  definite(): number
  acknowledged(): number
  /** Sends one more operation, beside those of the visitors. */
  ask(operation: Operation): Promise<Heard>
  /** Sends what is not definite again, once each; resolves with how many still are not. */
  askAgain(): Promise<number>
  /** Resolves once every visitor has had its last answer. */
  stop(): Promise<void>
}

const VISITORS = 12
const HOT_SHARE = 0.4
const QUANTITY_MAX = 5
/** Long enough to be confirmed, short enough to end within a repetition. */
const HOLD_SECONDS_MAX = 3
const PAUSE_MS = 25
/** How often a visitor that knows nothing asks again at once. */
const AGAIN_AT_ONCE = 0.5
/** How many of those who cancel click twice, which are two requests at once under two keys. */
const DOUBLE_CLICKS = 0.5
const ASKING_AGAIN_MAX = 12

/** What is known, and the one way to learn more: sending an operation to whichever server is there. */
interface Asking {
  readonly operations: Operation[]
  readonly contradictions: string[]
  definite: number
  acknowledged: number
  attempt(operation: Operation, agent: Agent, random: () => number): Promise<Heard>
}

function openAsking({ servers, apiKey, timeoutMs }: LoadOptions): Asking {
  const asking: Asking = {
    operations: [],
    contradictions: [],
    definite: 0,
    acknowledged: 0,
    async attempt(operation, agent, random) {
      const server = oneOf(random, servers())
      if (server === undefined) {
        await pause(PAUSE_MS)
        return operation.heard
      }
      const { key, path, body } = operation
      const sentMs = performance.now()
      const heard = await call({
        ...{ port: server.port, apiKey, path, key, body, agent },
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      })
      operation.longestMs = Math.max(operation.longestMs, performance.now() - sentMs)
      const wasDefinite = isDefinite(operation.heard)
      const contradiction = hear(operation, heard)
      if (contradiction !== undefined) asking.contradictions.push(contradiction)
      if (!wasDefinite && isDefinite(heard)) {
        asking.definite += 1
        if (heard.kind === 'yes') asking.acknowledged += 1
      }
      return heard
    },
  }
  return asking
}

export function beginLoad(options: LoadOptions): Load {
  const asking = openAsking(options)
  const { operations } = asking
  const agents: Agent[] = []
  let isOver = false

  async function visitor(number: number): Promise<void> {
    const random = createRandom(options.seed * 1_000 + number)
    const [agent, other] = [oneSocket(), oneSocket()]
    agents.push(agent, other)
    const mine: Operation[] = []
    while (!isOver) {
      const operation = nextOperation(random, mine, options)
      const isNew = !mine.includes(operation)
      if (isNew) {
        mine.push(operation)
        operations.push(operation)
      }
      const isDoubleClick = isNew && operation.kind === 'cancel' && random() < DOUBLE_CLICKS
      const second = isDoubleClick ? { ...operation, ...fresh(newKey()) } : undefined
      if (second !== undefined) operations.push(second)
      let [heard] = await Promise.all([
        asking.attempt(operation, agent, random),
        second && asking.attempt(second, other, random),
      ])
      while (!isOver && heard.kind === 'unknown' && random() < AGAIN_AT_ONCE) {
        heard = await asking.attempt(operation, agent, random)
      }
      if (!isDefinite(heard)) await pause(PAUSE_MS)
    }
  }

  const { visitors = VISITORS, seed } = options
  const everybody = Promise.all(Array.from({ length: visitors }, (_, i) => visitor(i)))
  // Whoever stops them is told.
  everybody.catch(() => {})
  return {
    operations,
    contradictions: asking.contradictions,
    definite: () => asking.definite,
    acknowledged: () => asking.acknowledged,
    async ask(operation) {
      operations.push(operation)
      const agent = oneSocket()
      return asking.attempt(operation, agent, createRandom(seed)).finally(() => agent.destroy())
    },
    async askAgain() {
      const open = operations.filter(({ heard }) => !isDefinite(heard))
      const random = createRandom(seed)
      const agent = new Agent({ maxSockets: ASKING_AGAIN_MAX })
      await Promise.all(open.map((operation) => asking.attempt(operation, agent, random)))
      agent.destroy()
      return open.filter(({ heard }) => !isDefinite(heard)).length
    },
    async stop() {
      isOver = true
      await everybody
      for (const agent of agents) agent.destroy()
    },
  }
}

/** A connection that stays, as a browser has one. */
function oneSocket(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 1 })
}

/** 40 in 100 take something, 25 confirm, 20 give back, 15 ask a second time for what they asked before. */
function nextOperation(
  random: () => number,
  mine: readonly Operation[],
  { sale, hotShare = HOT_SHARE }: LoadOptions,
): Operation {
  const draw = random()
  const had = mine.flatMap(({ kind, heard }) =>
    heard.kind === 'yes' && heard.body.id !== undefined ? [{ kind, id: heard.body.id }] : [],
  )
  const recent = had.slice(-6)
  if (draw >= 0.85) {
    const again = oneOf(random, mine.filter(({ heard }) => isDefinite(heard)).slice(-6))
    if (again !== undefined) return again
  }
  if (draw >= 0.4 && draw < 0.85) {
    const kinds: readonly Kind[] = draw < 0.65 ? ['hold'] : ['hold', 'reserve', 'confirm']
    const about = oneOf(
      random,
      recent.filter(({ kind }) => kinds.includes(kind)),
    )
    if (about !== undefined) {
      const back = about.kind === 'hold' && random() < 0.5 ? 'release' : 'cancel'
      return change(sale, about.id, draw < 0.65 ? 'confirm' : back)
    }
  }
  return taking(random, sale, hotShare)
}

function taking(random: () => number, { listingId, poolIds }: Sale, hotShare: number): Operation {
  const [hot = '', ...others] = poolIds
  const quantity = () => between(random, 1, QUANTITY_MAX)
  const first = random() < hotShare ? hot : (oneOf(random, others) ?? hot)
  const second = random() < 0.2 ? oneOf(random, others) : undefined
  const lines: WantedLine[] = [{ poolId: first, quantity: quantity() }]
  if (second !== undefined && second !== first) lines.push({ poolId: second, quantity: quantity() })
  const holdSeconds = random() < 0.5 ? between(random, 1, HOLD_SECONDS_MAX) : undefined
  return takingOf(listingId, lines, holdSeconds)
}

/**
 * A visit that takes units, by a customer of its own.
 *
 * @param holdSeconds undefined: they are reserved, not held
 */
export function takingOf(
  listingId: string,
  lines: readonly WantedLine[],
  holdSeconds: number | undefined,
): Operation {
  const key = newKey()
  const customer = `visitor ${key}`
  const body = {
    customer,
    lines: lines.map(({ poolId, quantity }) => ({ pool_id: poolId, quantity })),
    ...(holdSeconds === undefined ? {} : { hold_seconds: holdSeconds }),
  }
  const path = `/v1/listings/${listingId}/reservations`
  const kind = holdSeconds === undefined ? 'reserve' : 'hold'
  return { ...fresh(key), kind, path, body, customer, lines }
}

function change({ listingId }: Sale, reservationId: string, kind: Kind): Operation {
  const path = `/v1/listings/${listingId}/reservations/${reservationId}/${kind}`
  return { ...fresh(newKey()), kind, path, body: {}, reservationId }
}

function fresh(key: string): Pick<Operation, 'key' | 'heard' | 'wasUnknown' | 'longestMs'> {
  return { key, heard: { kind: 'nothing', code: 'not asked yet' }, wasUnknown: false, longestMs: 0 }
}

/** Keys are new in every run, whatever its seed: they belong to a caller for a day. */
function newKey(): string {
  return randomBytes(16).toString('hex')
}
