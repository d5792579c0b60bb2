/** Runs one race from an empty database to its result. */
import { setMaxListeners } from 'node:events'
import { issueApiKey } from '../../access/api-keys.js'
import type { Database } from '../../storage/driver/database.js'
import { type Chaos, openChaos } from '../chaos/chaos.js'
import { readDatabaseClock, readDatabaseFacts } from '../database/database-facts.js'
import { readDatabaseRecords } from '../database/database-records.js'
import { openLabConnection, quiesce } from '../database/lab-connection.js'
import {
  type LabDatabaseOptions,
  type LabPlace,
  openLabDatabase,
} from '../database/lab-database.js'
import { putOnSale } from '../database/put-on-sale.js'
import { recountPools } from '../database/recount.js'
import type { History, RaceRecord } from '../history/history.js'
import { createRecorder, nowNs } from '../history/recorder.js'
import { openPostOffice } from '../mails/post-office.js'
import { settleMails } from '../mails/settle-mails.js'
import { SCENARIOS } from '../scenarios/registry.js'
import { poolsOf, type Sale, type Scenario } from '../scenarios/scenario.js'
import { type RaceServer, type RaceServers, startServers } from '../servers/servers.js'
import { runCrowd } from '../visitors/crowd.js'
import { openDoors } from '../visitors/doors.js'
import { eventoFace } from '../visitors/evento-face.js'
import type { Face } from '../visitors/face.js'
import type { Ground } from '../visitors/ground.js'
import { createPairs } from '../visitors/pairs.js'
import { settleUnknown } from '../visitors/settle-unknown.js'
import { v1Face } from '../visitors/v1-face.js'
import type { RaceChaos, RaceOptions, RaceResult, RaceSnapshot } from './race.js'
import { resultOf } from './result.js'
import { snapshotOf } from './snapshot.js'
import { Tally } from './tally.js'

export interface SimulateOptions extends Pick<LabDatabaseOptions, 'inPlace'> {
  /** Any database of the server on which the lab makes its own. */
  readonly databaseUrl: string
  /** Ends the race early; the result is then that of what was sold so far. */
  readonly signal?: AbortSignal
  /** Called with a line about each step of the preparation. */
  readonly onStep?: (line: string) => void
  /** Called once when the servers listen, and again about ten times a second while clients race. */
  readonly onSnapshot?: (snapshot: RaceSnapshot) => void
  /** Called with the running servers, before the first client. */
  readonly onServers?: (servers: readonly RaceServer[]) => void
  /** Called with the whole history, before it is judged. */
  readonly onHistory?: (history: History) => Promise<void>
}

const SNAPSHOT_EVERY_MS = 100
/** When no client has got anything for this long, the race ends, and what is left counts as unsold. */
const STANDSTILL_MS = 30_000

export async function simulate(race: RaceOptions, options: SimulateOptions): Promise<RaceResult> {
  const { onStep = () => {}, signal = new AbortController().signal, inPlace } = options
  onStep('Making a database of its own')
  const lab = await openLabDatabase(options.databaseUrl, {
    onWait: () => onStep('Another race is under way on this server; waiting for it to end'),
    signal,
    ...(inPlace === undefined ? {} : { inPlace }),
  })
  const db = openLabConnection(lab)
  try {
    return await raceIn({ db, url: lab.url, schema: lab.schema }, race, {
      ...options,
      onStep,
      signal,
    })
  } finally {
    await db.close()
    await lab.release()
  }
}

type Running = SimulateOptions & { readonly onStep: (line: string) => void; signal: AbortSignal }

async function raceIn(
  { db, url, schema }: LabPlace & { readonly db: Database },
  race: RaceOptions,
  options: Running,
): Promise<RaceResult> {
  const { onStep, signal } = options
  const scenario = SCENARIOS[race.scenario]
  const sale = scenario.sale(race.units)
  await putOnSale(db, sale)
  const face = await faceOf(db, scenario, sale, race)
  const database = await readDatabaseFacts(db)
  const opening = await openingOf(db, race, scenario, sale)
  const postOffice = scenario.mails ? await openPostOffice() : undefined
  const chaos = await openChaos(race.chaos ?? [], { databaseUrl: url, seed: race.seed })
  const orders = {
    databaseUrl: chaos.databaseUrl,
    schema,
    strategy: race.strategy,
    face: scenario.face,
    connections: race.connections,
    ...(race.isolation === undefined ? {} : { isolation: race.isolation }),
    ...(postOffice === undefined ? {} : { mailUrl: postOffice.url }),
  }
  const other = scenario.others?.find((strategy) => strategy !== race.strategy)
  onStep('Starting the servers')
  const servers = await startServers(race.servers, orders, other)
  try {
    const ports = servers.servers.map((server) => server.port)
    onStep(`Servers are listening on ports ${ports.join(', ')}`)
    options.onServers?.(servers.servers)
    const course = { race, scenario, sale, face, chaos, databaseUrl: url }
    const ran = await runClients(course, servers, options)
    if (postOffice !== undefined) await settleMails(db, servers)
    const counted = await servers.count()
    await servers.stop()
    await chaos.close()
    await quiesce(db)
    const history: History = {
      race: opening,
      operations: ran.operations,
      ...(await readDatabaseRecords(db, sale.listingId)),
      mails: postOffice?.mails ?? [],
    }
    await options.onHistory?.(history)
    return resultOf({
      race,
      scenario,
      sale,
      history,
      pools: await recountPools(db, sale.listingId),
      counted,
      database,
      interrupted: signal.aborted,
      ...ran,
    })
  } finally {
    await servers.stop()
    await chaos.close()
    await postOffice?.close()
  }
}

async function faceOf(
  db: Database,
  scenario: Scenario,
  sale: Sale,
  { strategy }: RaceOptions,
): Promise<Face> {
  if (scenario.face === 'evento') return eventoFace(sale, strategy)
  const issued = await issueApiKey(db, { name: 'The clients of a race', scope: 'admin' })
  if (issued === undefined) throw new Error('a key without listings can always be made')
  return v1Face(sale.listingId, issued.key)
}

/** What was raced, with both clocks read together. */
async function openingOf(
  db: Database,
  race: RaceOptions,
  scenario: Scenario,
  sale: Sale,
): Promise<RaceRecord> {
  const beforeNs = nowNs()
  const databaseMs = await readDatabaseClock(db)
  return {
    type: 'race',
    format: 1,
    scenario: race.scenario,
    strategy: race.strategy,
    seed: race.seed,
    listingId: sale.listingId,
    pools: poolsOf(sale).map(({ poolId, name, capacity }) => ({ poolId, name, capacity })),
    // The database read its clock somewhere between the two readings of ours.
    clocks: { monotonicNs: (beforeNs + nowNs()) / 2, databaseMs },
    ...(scenario.mails ? { mails: true } : {}),
  }
}

interface Course {
  readonly chaos: Chaos
  /** The database itself, past any network of the chaos. */
  readonly databaseUrl: string
  readonly race: RaceOptions
  readonly scenario: Scenario
  readonly sale: Sale
  readonly face: Face
}

interface Ran {
  readonly tally: Tally
  readonly operations: History['operations']
  readonly elapsedMs: number
  /** Requests whose outcome was only found out after the race. */
  readonly settled: number
  readonly chaos: RaceChaos
}

async function runClients(
  { race, scenario, sale, face, chaos, databaseUrl }: Course,
  servers: RaceServers,
  { signal, onSnapshot }: Running,
): Promise<Ran> {
  const doors = openDoors(servers, race.clients)
  const recorder = createRecorder()
  const startedMs = performance.now()
  const tally = new Tally(startedMs)
  const standstill = new AbortController()
  const look = () => {
    const nowMs = performance.now()
    tally.retried(servers.counted.retries, nowMs)
    tally.expire(nowMs)
    const stuck = scenario.visits === undefined && nowMs - tally.lastReservedMs > STANDSTILL_MS
    if (stuck) standstill.abort()
    const elapsedMs = nowMs - startedMs
    onSnapshot?.(snapshotOf({ race, scenario, sale, servers, tally, elapsedMs, nowMs }))
  }
  const ticking = setInterval(look, SNAPSHOT_EVERY_MS)
  const over = AbortSignal.any([signal, standstill.signal])
  // Every client that pauses listens for the end.
  setMaxListeners(0, over)
  const ground: Ground = {
    race,
    scenario,
    poolIds: poolsOf(sale).map((pool) => pool.poolId),
    face,
    doors,
    pairs: scenario.pairs && race.rate === undefined ? createPairs() : undefined,
    recorder,
    tally,
    signal: over,
  }
  try {
    chaos.begin({ servers, databaseUrl, signal: over })
    await runCrowd(ground)
    const elapsedMs = performance.now() - startedMs
    clearInterval(ticking)
    look()
    const did = await chaos.stop()
    const settled = await settleUnknown({ face, doors, servers, recorder })
    const { operations } = recorder
    return { tally, operations, elapsedMs, settled, chaos: { did, events: chaos.events } }
  } finally {
    clearInterval(ticking)
    await doors.close()
  }
}
