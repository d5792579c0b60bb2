/** `holdfast serve`: the HTTP service. */
import { type Command, Option } from 'commander'
import type { FastifyInstance } from 'fastify'
import { HoldfastError } from '../../domain/errors.js'
import type { Engine } from '../../engine/engine.js'
import type { Sweeper } from '../../engine/sweeper.js'
import type { Database } from '../../storage/database.js'
import { STRATEGIES } from '../../strategies/registry.js'
import { STRATEGY_NAMES } from '../../strategies/strategy.js'
import { type Config, readConfig } from '../config.js'
import { connect } from '../connect.js'
import type { Demo } from '../demo/seed.js'
import { type FailPointGuard, guardFailPoint } from '../fail-point.js'
import { sessionOf } from '../open-store.js'
import { say } from '../output.js'
import { bringUpToDate } from '../schema.js'

interface ServeFlags {
  readonly demo?: boolean
  readonly fresh?: boolean
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the HTTP API; `holdfast config` shows what configures it')
    .option('--demo', "put Evento's event and a hotel on sale")
    .addOption(new Option('--fresh', 'empty the embedded database first'))
    .action(run)
}

async function run(flags: ServeFlags): Promise<void> {
  const config = readConfig(process.env)
  const connection = await connect(config, { fresh: flags.fresh ?? false, onProgress: say })
  try {
    await serve(flags, config, connection.url)
  } finally {
    await connection.release()
  }
}

async function serve(flags: ServeFlags, config: Config, url: string): Promise<void> {
  // Loaded here, so that other commands start without the server's libraries.
  const { openDatabase } = await import('../../storage/database.js')
  const failPoint = guardFailPoint(config.failPoint)
  const db = openDatabase({
    url,
    connectionsMax: config.connections,
    reach: failPoint.reach,
    ...sessionOf(config),
  })
  let demo: Demo | undefined
  try {
    await bringUpToDate(url, db)
    if (flags.demo) demo = await (await import('../demo/seed.js')).seedDemo(db)
  } catch (error) {
    await db.close()
    throw error
  }
  await runService(await buildService(db, config), db, { demo, config, failPoint })
}

interface Service {
  readonly app: FastifyInstance
  /** What /v1 runs on. */
  readonly engine: Engine
}

async function buildService(db: Database, config: Config): Promise<Service> {
  const [{ createApp }, { createEngine }] = await Promise.all([
    import('../../http/app.js'),
    import('../../engine/engine.js'),
  ])
  const safe = STRATEGY_NAMES.map((name) => STRATEGIES[name]).filter((strategy) => strategy.safe)
  const engine = createEngine({ db, strategy: STRATEGIES[config.strategy] })
  // Evento's face picks a strategy by its URL; the one of /v1 is the same engine, with one queue.
  const engines = safe.map((strategy) => {
    return strategy === engine.strategy ? engine : createEngine({ db, strategy })
  })
  const app = createApp({
    db,
    engines,
    engine,
    logger: { level: config.logLevel },
    limits: config.limits,
    trustProxy: config.trustProxy,
  })
  return { app, engine }
}

interface ServiceOptions {
  /** What was put on sale for a demo. */
  readonly demo: Demo | undefined
  readonly config: Config
  readonly failPoint: FailPointGuard
}

/** Listens until somebody asks it to stop. */
async function runService(
  { app, engine }: Service,
  db: Database,
  { demo, config, failPoint }: ServiceOptions,
): Promise<void> {
  const [{ listen }, { startSweeper }] = await Promise.all([
    import('../../http/server.js'),
    import('../../engine/sweeper.js'),
  ])
  const { port, host, drainDelayMs } = config
  let sweeper: Sweeper | undefined
  const onClosed = async () => {
    await sweeper?.stop()
    await db.close()
  }
  const running = await listen(app, { port, host, drainDelayMs, onClosed }).catch(
    async (error: unknown) => {
      await db.close()
      throw cannotListen(error, config)
    },
  )
  const onError = (error: unknown) => app.log.warn({ err: error }, 'holds could not be tidied away')
  sweeper = startSweeper({ db, engine, onError })
  if (config.failPoint !== undefined) {
    app.log.warn({ failPoint: config.failPoint }, 'HOLDFAST_FAIL_POINT: this server kills itself')
    failPoint.arm()
  }
  if (demo !== undefined) say(demo.invitation(running.address))
  await running.stopped
}

function cannotListen(error: unknown, { host, port }: Config): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error
  return new HoldfastError(
    'invalid_input',
    code === 'EADDRINUSE'
      ? `port ${port} is in use: stop what listens there, or set PORT to another one`
      : `cannot listen on ${host}, port ${port}: ${message}; HOST and PORT choose others`,
    { cause: error },
  )
}
