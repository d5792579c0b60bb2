/** The service of one process: the engine, the application on it, the sweeper, the port. */
import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import type { Engine } from '../../engine/engine.js'
import type { Sweeper } from '../../engine/upkeep/sweeper.js'
import type { Siblings } from '../../http/metrics/siblings.js'
import type { Database } from '../../storage/driver/database.js'
import { STRATEGIES } from '../../strategies/registry.js'
import type { Config } from '../config/config.js'
import { guardFailPoint } from '../config/fail-point.js'
import { sessionOf } from '../database/open-store.js'
import { cannotListen } from './port.js'
import type { RunningServer } from './server.js'

export interface ServiceOptions {
  readonly config: Config
  /** Of a database whose schema is up to date. */
  readonly databaseUrl: string
  readonly connections: number
  readonly port: number
  /** Whether this process tidies overdue holds away; one of several is enough. */
  readonly sweeps: boolean
  /** For one of several processes behind the port. */
  readonly siblings?: Siblings | undefined
}

/**
 * Listens until somebody asks it to stop.
 *
 * @throws HoldfastError `invalid_input` when it cannot listen there
 */
export async function startService(options: ServiceOptions): Promise<RunningServer> {
  // Loaded here, so that other commands start without the server's libraries.
  const [{ openDatabase }, { listen }, { startSweeper }] = await Promise.all([
    import('../../storage/driver/database.js'),
    import('./server.js'),
    import('../../engine/upkeep/sweeper.js'),
  ])
  const { config } = options
  const failPoint = guardFailPoint(config.failPoint)
  const db = openDatabase({
    url: options.databaseUrl,
    connectionsMax: options.connections,
    reach: failPoint.reach,
    ...sessionOf(config),
  })
  const { app, engine } = await buildService(db, options)
  let sweeper: Sweeper | undefined
  const onClosed = async () => {
    await sweeper?.stop()
    await db.close()
  }
  const { host, drainDelayMs } = config
  const { port } = options
  const running = await listen(app, { port, host, drainDelayMs, onClosed }).catch(
    async (error: unknown) => {
      await db.close()
      throw cannotListen(error, { host, port })
    },
  )
  const onError = (error: unknown) => app.log.warn({ err: error }, 'holds could not be tidied away')
  if (options.sweeps) sweeper = startSweeper({ db, engine, onError })
  if (config.failPoint !== undefined) {
    app.log.warn({ failPoint: config.failPoint }, 'HOLDFAST_FAIL_POINT: this server kills itself')
    failPoint.arm()
  }
  return running
}

/** The application, and the engine that /v1 runs on. */
async function buildService(
  db: Database,
  { config, siblings }: ServiceOptions,
): Promise<{ app: FastifyInstance; engine: Engine }> {
  const [{ createApp }, { createEngine }] = await Promise.all([
    import('../../http/app.js'),
    import('../../engine/engine.js'),
  ])
  const engine = createEngine({ db, strategy: STRATEGIES[config.strategy] })
  // Evento's face picks a strategy by its URL; the one of /v1 is the same engine, with one queue.
  const engines = Object.values(STRATEGIES).map((strategy) => {
    return strategy === engine.strategy ? engine : createEngine({ db, strategy })
  })
  const worker = siblings === undefined ? {} : { worker: siblings.worker }
  const app = createApp({
    db,
    engines,
    engine,
    logger: {
      level: config.logLevel,
      base: { pid: process.pid, hostname: hostname(), ...worker },
    },
    limits: config.limits,
    trustProxy: config.trustProxy,
    connectionsWaiting: () => db.waiting(),
    ...(siblings === undefined ? {} : { siblings }),
  })
  return { app, engine }
}
