/** `holdfast serve`: the HTTP service, in this process or in several workers behind one port. */
import { type Command, Option } from 'commander'
import { type Config, readConfig } from '../config/config.js'
import { wholeNumber } from '../config/whole-number.js'
import { connect } from '../database/connect.js'
import { sessionOf } from '../database/with-holdfast.js'
import type { DemoMailbox } from '../demo/mailbox.js'
import type { Demo } from '../demo/seed.js'
import { EXIT } from '../print/exit-codes.js'
import { printNote } from '../print/output.js'
import type { ServedMailbox } from '../serving/mail.js'
import { findPort } from '../serving/port.js'
import { connectionsOf } from '../serving/shares.js'
import { checkStorefrontKey } from '../serving/storefront-key.js'

interface ServeFlags {
  readonly demo?: boolean
  readonly fresh?: boolean
  /** Undefined: this process serves alone. */
  readonly workers?: number
}

const WORKERS_MAX = 256
/** After the drain delay: time for the last answers, and a little for the process to end. */
const STOP_TIMEOUT_MS = 17_000

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the HTTP API; `holdfast config` shows what configures it')
    .option('--demo', 'put four listings on sale: an event, a turf, a class, a hotel')
    .option(
      '--workers <n>',
      'processes that share the port, replaced when they crash and, on SIGHUP, one by one',
      wholeNumber(1, WORKERS_MAX),
    )
    .addOption(new Option('--fresh', 'empty the embedded database first'))
    .action(run)
}

async function run(flags: ServeFlags): Promise<void> {
  const config = readConfig(process.env)
  const { fresh = false } = flags
  const connection = await connect(config, { fresh, onProgress: printNote })
  const embedded = config.databaseUrl === undefined
  let mailbox: DemoMailbox | undefined
  try {
    const demo = await prepare(flags, config, connection.url)
    if (demo !== undefined && config.mail.url === undefined) {
      mailbox = await (await import('../demo/mailbox.js')).startDemoMailbox({ embedded, fresh })
    }
    const onServing = (address: string) => {
      if (demo !== undefined) printNote(demo.invitation(address, mailbox !== undefined))
    }
    const { url: databaseUrl } = connection
    const eventoListingIds = demo?.eventoListingIds ?? []
    const served = mailbox && { url: mailbox.url, folder: mailbox.folder }
    const storefrontKey = demo?.storefrontKey
    const serving = { databaseUrl, eventoListingIds, storefrontKey, mailbox: served, onServing }
    if (flags.workers === undefined) await serveAlone(config, serving)
    else await serveWithWorkers(flags.workers, config, serving)
  } finally {
    await mailbox?.close()
    await connection.release()
  }
}

/** Work that is done once, however many processes serve. */
async function prepare(flags: ServeFlags, config: Config, url: string): Promise<Demo | undefined> {
  const [{ openHoldfast }, { bringUpToDate }, { requireDurability }] = await Promise.all([
    import('../../engine/holdfast.js'),
    import('../../engine/upkeep/schema.js'),
    import('../../engine/upkeep/durability.js'),
  ])
  const holdfast = openHoldfast({ url, connectionsMax: 1, ...sessionOf(config) })
  try {
    await bringUpToDate(url, holdfast, { schema: config.schema })
    const risks = await requireDurability(holdfast, {
      allowed: config.unsafeDurability,
      how: 'set HOLDFAST_ALLOW_UNSAFE_DURABILITY=on if such a loss does not matter',
    })
    if (risks.length > 0) printNote(`What is acknowledged may be lost: ${risks.join(', ')}.`)
    await checkStorefrontKey(holdfast, config)
    return flags.demo ? await (await import('../demo/seed.js')).seedDemo(holdfast) : undefined
  } finally {
    await holdfast.close()
  }
}

/** What is served, however many processes do. */
interface Serving {
  readonly databaseUrl: string
  /** What Evento's face sells while HOLDFAST_EVENTO is off. */
  readonly eventoListingIds: readonly string[]
  /** What the demo's shop calls with. */
  readonly storefrontKey: string | undefined
  readonly mailbox: ServedMailbox | undefined
  /** Called with the address once the server, or the first worker, listens. */
  onServing(address: string): void
}

async function serveAlone(config: Config, serving: Serving): Promise<void> {
  const { startService } = await import('../serving/service.js')
  const { connections, port } = config
  const running = await startService({ ...serving, config, connections, port, maintains: true })
  serving.onServing(running.address)
  await running.stopped
}

async function serveWithWorkers(
  workers: number,
  config: Config,
  { databaseUrl, eventoListingIds, storefrontKey, mailbox, onServing }: Serving,
): Promise<void> {
  const [{ createLogger }, { supervise }, { knownLineages }] = await Promise.all([
    import('../serving/logger.js'),
    import('../serving/supervisor.js'),
    import('../../engine/lineages.js'),
  ])
  const port = await findPort(config)
  const well = await supervise({
    workers,
    ordersOf: (worker) => ({
      kind: 'serve',
      worker,
      databaseUrl,
      connections: connectionsOf(config.connections, worker, workers),
      port,
      eventoListingIds,
      storefrontKey,
      mailbox,
      maintains: worker === 1,
      lineages: knownLineages(),
    }),
    log: createLogger(config.logLevel),
    stopTimeoutMs: config.drainDelayMs + STOP_TIMEOUT_MS,
    onServing,
  })
  if (!well) process.exitCode = EXIT.failed
}
