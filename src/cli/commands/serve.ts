/** `holdfast serve`: the HTTP service. */
import { type Command, Option } from 'commander'
import { HoldfastError } from '../../domain/errors.js'
import { EVENTO_EVENT_ID, eventoListing } from '../../lab/scenarios/evento.js'
import { STRATEGY_NAMES } from '../../strategies/strategy.js'
import { type Config, readConfig } from '../config.js'
import { connect } from '../connect.js'

interface ServeFlags {
  readonly demo?: boolean
  readonly fresh?: boolean
}

/** Rooms in each hotel of the demo event, as in Evento. */
const DEMO_ROOMS = 200

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the HTTP API; PORT, HOST, DATABASE_URL and LOG_LEVEL configure it')
    .option('--demo', "put Evento's event on sale")
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
  const [{ migrate }, { openDatabase }, { createApp }, { listen }] = await Promise.all([
    import('../../storage/migrate.js'),
    import('../../storage/database.js'),
    import('../../http/app.js'),
    import('../../http/server.js'),
  ])
  const [{ createEngine }, { createListing }, { STRATEGIES }] = await Promise.all([
    import('../../engine/engine.js'),
    import('../../engine/listings.js'),
    import('../../strategies/registry.js'),
  ])
  await migrate(url)
  const db = openDatabase({ url, connectionsMax: config.connections })
  if (flags.demo) await createListing(db, eventoListing(DEMO_ROOMS))
  const safe = STRATEGY_NAMES.map((name) => STRATEGIES[name]).filter((strategy) => strategy.safe)
  const app = createApp({
    db,
    engines: safe.map((strategy) => createEngine({ db, strategy })),
    logger: { level: config.logLevel },
  })
  try {
    const { address, stopped } = await listen(app, { ...config, onClosed: () => db.close() })
    if (flags.demo) say(invitation(address))
    await stopped
  } catch (error) {
    await db.close()
    throw cannotListen(error, config)
  }
}

function invitation(address: string): string {
  const [hotel] = eventoListing(DEMO_ROOMS).resources
  return [
    'Holdfast is serving the demo event. In another terminal, try:',
    `  curl ${address}/${EVENTO_EVENT_ID}/available`,
    `  curl -X POST '${address}/${EVENTO_EVENT_ID}/${hotel?.resourceId}/reserve/guarded?rooms=2&email=ada@example.com'`,
  ].join('\n')
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

/** For people; the log on stdout is for machines. */
function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
