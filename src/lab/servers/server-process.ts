/**
 * One server of a race: an operating-system process with connections of its own. `servers.ts` forks it
 * and sends it its orders over their channel. The process ends when the channel does, so that no
 * server is left behind even if the race is killed. Ctrl-C reaches the whole group of processes; only
 * the race acts on it.
 */
import { createApp } from '../../http/app.js'
import type { Limits } from '../../http/options.js'
import { openDatabase } from '../../storage/driver/database.js'
import { SERVER_APPLICATION } from '../database/application-names.js'
import { requireLabDatabase } from '../database/lab-database.js'
import { CONTESTANTS } from '../race/contestants.js'
import type { ContestantName, RaceIsolation } from '../race/race.js'
import type { Scenario } from '../scenarios/scenario.js'
import { raceEngine, type ServerCounts } from './race-engine.js'

/** The race's orders to a server. */
export interface ServerOrders {
  readonly databaseUrl: string
  /** Where Holdfast's tables are in it. */
  readonly schema: string
  readonly strategy: ContestantName
  /** Instead of the strategy's own. */
  readonly isolation?: RaceIsolation
  /** Evento's face alone, or /v1 on the same engine as well. */
  readonly face: Scenario['face']
  readonly connections: number
  /** The SMTP server of the race, where its customers are sent mails. */
  readonly mailUrl?: string
  /** The first port to try; the next free one from there is taken. */
  readonly port: number
}

/** What the race may ask of a server that listens. */
export type ServerQuestion = { readonly kind: 'count' }

/** A server's reports to the race. */
export type ServerReport =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly message: string }
  /** Now and then, so that little is lost with a server that is killed, and on request. */
  | ({ readonly kind: 'counted'; readonly onRequest: boolean } & ServerCounts)

const PORTS_TRIED_MAX = 200
const TRIES_MAX = 5
const COUNT_EVERY_MS = 250
const WITHOUT_END = 1_000_000_000

/** The lab measures how a strategy behaves under load, not how a server turns load away. */
const LIMITS: Partial<Limits> = {
  inFlightMax: WITHOUT_END,
  loopDelayMsMax: WITHOUT_END,
  addressSocketsMax: WITHOUT_END,
  keyRequestsMax: WITHOUT_END,
  addressRequestsMax: WITHOUT_END,
}

const counts: ServerCounts = { roundTrips: 0, retries: 0 }

process.on('SIGINT', () => {})
process.once('disconnect', () => process.exit(0))
process.once('message', (orders: ServerOrders) => {
  serve(orders).then(begin, (error: Error) => report({ kind: 'failed', message: error.message }))
})

function begin(listening: ServerReport): void {
  report(listening)
  process.on('message', () => report({ kind: 'counted', onRequest: true, ...counts }))
  setInterval(
    () => report({ kind: 'counted', onRequest: false, ...counts }),
    COUNT_EVERY_MS,
  ).unref()
}

function report(message: ServerReport): void {
  process.send?.(message)
}

/** Chaos may end a connection as soon as it is open, so what a server begins with is tried again a few times. */
async function persist<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES_MAX) throw error
    }
  }
}

async function serve(orders: ServerOrders): Promise<ServerReport> {
  const db = openDatabase({
    url: orders.databaseUrl,
    schema: orders.schema,
    connectionsMax: orders.connections,
    applicationName: SERVER_APPLICATION,
    acquireTimeoutMs: 30_000,
  })
  if (!CONTESTANTS[orders.strategy].safe) await persist(() => requireLabDatabase(db))
  const holdfast = await persist(() => raceEngine(db, { ...orders, counts }))
  const v1 = orders.face === 'v1'
  const evento = { modes: [holdfast] }
  // The lab's figures name the settings of the database that they were measured on.
  const app = createApp({ holdfast, evento, v1, limits: LIMITS, unsafeDurability: true })
  const warmUp = () => persist(() => db.query('select 1'))
  await Promise.all(Array.from({ length: orders.connections }, warmUp))
  const lastPort = Math.min(65_535, orders.port + PORTS_TRIED_MAX)
  for (let port = orders.port; ; port += 1) {
    try {
      await app.listen({ port, host: '127.0.0.1' })
      return { kind: 'listening', port }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port === lastPort) throw error
    }
  }
}
