/** Runs one race from an empty database to its result. */
import { setMaxListeners } from 'node:events'
import { Pool } from 'undici'
import { createListing } from '../engine/listings.js'
import { type Database, openDatabase } from '../storage/database.js'
import { type Door, runClient } from './client.js'
import { openLabDatabase } from './lab-database.js'
import type { RaceOptions, RaceResult, RaceSnapshot } from './race.js'
import { createRandom } from './random.js'
import { countLost, judge, recountHotels } from './recount.js'
import { EVENTO_EVENT_ID, eventoListing } from './scenarios/evento.js'
import { type RaceServer, startServers } from './servers.js'
import { Tally } from './tally.js'

export interface SimulateOptions {
  /** Any database of the server on which the lab makes its own. */
  readonly databaseUrl: string
  /** Ends the race early; the result is then that of what was sold so far. */
  readonly signal?: AbortSignal
  /** One line now and then about what is being prepared. */
  readonly onStep?: (line: string) => void
  /** Called once when the servers listen, and again about ten times a second while clients race. */
  readonly onSnapshot?: (snapshot: RaceSnapshot) => void
  /** Called with the running servers, before the first client. */
  readonly onServers?: (servers: readonly RaceServer[]) => void
}

const SNAPSHOT_EVERY_MS = 100
/** Rooms that nobody gets within this time although they are asked for are rooms left unsold. */
const STANDSTILL_MS = 30_000

export async function simulate(race: RaceOptions, options: SimulateOptions): Promise<RaceResult> {
  const { onStep = () => {}, signal = new AbortController().signal } = options
  const lab = await openLabDatabase(options.databaseUrl, {
    onWait: () => onStep('Another race is under way on this server; waiting for it to end'),
    signal,
  })
  const db = openDatabase({ url: lab.url, connectionsMax: 1, applicationName: 'holdfast lab' })
  try {
    await createListing(db, eventoListing(race.rooms))
    const { servers, stop } = await startServers(race.servers, {
      databaseUrl: lab.url,
      strategy: race.strategy,
      connections: race.connections,
    })
    try {
      onStep(`Servers are listening on ports ${servers.map((server) => server.port).join(', ')}`)
      options.onServers?.(servers)
      const { tally, elapsedMs } = await runClients(race, servers, signal, options.onSnapshot)
      await stop()
      return await count(race, db, tally, elapsedMs, signal.aborted)
    } finally {
      await stop()
    }
  } finally {
    await db.close()
    await lab.release()
  }
}

async function runClients(
  race: RaceOptions,
  servers: readonly RaceServer[],
  signal: AbortSignal,
  onSnapshot: SimulateOptions['onSnapshot'],
): Promise<{ tally: Tally; elapsedMs: number }> {
  const doors: Door[] = servers.map((server) => ({
    server,
    http: new Pool(`http://127.0.0.1:${server.port}`, { connections: race.clients, pipelining: 1 }),
  }))
  const startedMs = performance.now()
  const tally = new Tally(startedMs)
  const standstill = new AbortController()
  const ticking = setInterval(() => {
    const nowMs = performance.now()
    if (nowMs - tally.lastReservedMs > STANDSTILL_MS) standstill.abort()
    onSnapshot?.(snapshotOf(race, servers, tally, nowMs - startedMs))
  }, SNAPSHOT_EVERY_MS)
  const over = AbortSignal.any([signal, standstill.signal])
  // Every client that pauses listens for the end.
  setMaxListeners(0, over)
  try {
    await Promise.all(
      Array.from({ length: race.clients }, (_, i) =>
        runClient({
          name: `client-${i}`,
          doors,
          mode: race.strategy,
          thinkMs: race.thinkMs,
          random: createRandom(race.seed + i),
          tally,
          signal: over,
        }),
      ),
    )
  } finally {
    clearInterval(ticking)
    await Promise.all(doors.map(({ http }) => http.destroy()))
  }
  const elapsedMs = performance.now() - startedMs
  onSnapshot?.(snapshotOf(race, servers, tally, elapsedMs))
  return { tally, elapsedMs }
}

function snapshotOf(
  race: RaceOptions,
  servers: readonly RaceServer[],
  tally: Tally,
  elapsedMs: number,
): RaceSnapshot {
  return {
    options: race,
    elapsedMs,
    serversAlive: servers.filter((server) => server.alive).length,
    clientsDone: tally.clientsDone,
    hotels: eventoListing(race.rooms).resources.map(({ resourceId, name, capacity }) => ({
      name,
      contracted: capacity,
      sold: tally.sold(resourceId),
    })),
    counts: { ...tally.counts },
    reservedPerTick: tally.reservedPerTick,
    latencyMs: tally.latencyMs(),
  }
}

async function count(
  race: RaceOptions,
  db: Database,
  tally: Tally,
  elapsedMs: number,
  interrupted: boolean,
): Promise<RaceResult> {
  const hotels = await recountHotels(db, EVENTO_EVENT_ID)
  const lost = await countLost(db, EVENTO_EVENT_ID, tally.acknowledged)
  const judged = judge(hotels, lost)
  // Whoever stops a race half-way finds rooms left; that is nobody's fault.
  const findings = interrupted ? { ...judged, unsold: 0 } : judged
  return {
    options: race,
    elapsedMs,
    counts: tally.counts,
    reservedPerSecond: tally.counts.reserved / (elapsedMs / 1000),
    latencyMs: tally.latencyMs(),
    hotels,
    findings,
    ok: Object.values(findings).every((figure) => figure === 0),
  }
}
