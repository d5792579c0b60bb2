/** The service of one process: a Holdfast, the application on it, the upkeep, the port. */
import { hostname } from 'node:os'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Holdfast } from '../../engine/holdfast.js'
import type { Siblings } from '../../http/metrics/siblings.js'
import type { AppOptions } from '../../http/options.js'
import { STRATEGY_NAMES } from '../../strategies/strategy.js'
import type { Config } from '../config/config.js'
import { guardFailPoint } from '../config/fail-point.js'
import { sessionOf } from '../database/with-holdfast.js'
import { mailboxIn, mailChannels, type ServedMailbox } from './mail.js'
import { cannotListen } from './port.js'
import type { RunningServer } from './server.js'

export interface ServiceOptions {
  readonly config: Config
  /** Of a database whose schema is up to date. */
  readonly databaseUrl: string
  readonly connections: number
  readonly port: number
  /** What Evento's face sells while HOLDFAST_EVENTO is off: the demo's event. */
  readonly eventoListingIds: readonly string[]
  /** The key that the demo's shop calls with; undefined without the demo. */
  readonly storefrontKey: string | undefined
  /** The demo's mailbox, shown on /mailbox; undefined: there is none. */
  readonly mailbox: ServedMailbox | undefined
  /** Whether this process does the background work; one of several is enough. */
  readonly maintains: boolean
  /** For one of several processes behind the port. */
  readonly siblings?: Siblings | undefined
}

/**
 * Listens until it is told to stop by a signal or by its primary.
 *
 * @throws HoldfastError `invalid_input` when it cannot listen there
 */
export async function startService(options: ServiceOptions): Promise<RunningServer> {
  // Loaded here, so that other commands start without the server's libraries.
  const [{ openHoldfast }, { loadTracing }, { webhookChannel }, { createApp }, { listen }] =
    await Promise.all([
      import('../../engine/holdfast.js'),
      import('../../engine/tracing.js'),
      import('../../engine/notices/webhook.js'),
      import('../../http/app.js'),
      import('./server.js'),
    ])
  const { config, siblings, port, mailbox } = options
  const tracing = await loadTracing()
  const failPoint = guardFailPoint(config.failPoint)
  const webhooks = { toLoopback: config.webhooksToLoopback }
  let app: FastifyInstance | undefined
  let address = ''
  const channels = await mailChannels(config, mailbox, () => address)
  const mails = mailbox && (await mailboxIn(mailbox))
  const holdfast: Holdfast = openHoldfast({
    url: options.databaseUrl,
    connectionsMax: options.connections,
    strategy: config.strategy,
    tracing,
    reach: failPoint.reach,
    onError: (error, what) => app?.log.warn({ err: error, what }, 'background work failed'),
    channels: [webhookChannel(webhooks), ...channels],
    ...sessionOf(config),
    webhooks,
    onErased: async (addresses) => {
      for (const each of addresses) await mails?.erase(each)
    },
  })
  const worker = siblings === undefined ? {} : { worker: siblings.worker }
  app = createApp({
    holdfast,
    ...eventoOf(options, holdfast),
    site: config.pages
      ? { storefrontKey: config.storefrontKey ?? options.storefrontKey }
      : undefined,
    unsafeDurability: config.unsafeDurability,
    logger: { level: config.logLevel, base: { pid: process.pid, hostname: hostname(), ...worker } },
    limits: config.limits,
    trustProxy: config.trustProxy,
    tracing,
    ...(siblings === undefined ? {} : { siblings }),
    ...(mails === undefined ? {} : { mailbox: mails }),
  })
  const { host, drainDelayMs } = config
  const onClosed = () => holdfast.close()
  const running = await listen(app, { port, host, drainDelayMs, onClosed }).catch(
    async (error: unknown) => {
      await holdfast.close()
      throw cannotListen(error, { host, port })
    },
  )
  address = running.address
  if (options.maintains) await holdfast.maintain()
  tellOfEvento(options, app.log)
  tellOfMail(options, address, app.log)
  if (config.failPoint !== undefined) {
    app.log.warn(
      { failPoint: config.failPoint },
      'HOLDFAST_FAIL_POINT is set: this server kills itself',
    )
    failPoint.arm()
  }
  return running
}

/** Evento's face picks a strategy by its URL; the one of /v1 is the same engine, with one queue. */
function eventoOf(
  { config, eventoListingIds }: ServiceOptions,
  holdfast: Holdfast,
): Pick<AppOptions, 'evento'> {
  if (!config.evento && eventoListingIds.length === 0) return {}
  const modes = STRATEGY_NAMES.map((name) => holdfast.under(name))
  return { evento: config.evento ? { modes } : { modes, listingIds: eventoListingIds } }
}

function tellOfEvento({ config, eventoListingIds }: ServiceOptions, log: FastifyBaseLogger): void {
  const open = "Evento's face is open: without a key, whoever knows the id of"
  if (config.evento) log.warn(`${open} any listing takes its units for good`)
  else if (eventoListingIds.length > 0) {
    log.info({ listingIds: eventoListingIds }, `${open} one of these takes its units for good`)
  }
}

function tellOfMail(
  { config, mailbox }: ServiceOptions,
  address: string,
  log: FastifyBaseLogger,
): void {
  const { url, publicUrl } = config.mail
  if (url === undefined) {
    if (mailbox === undefined) log.info('e-mail is off: MAIL_URL is not set')
    else log.info({ page: `${address}/mailbox` }, "mails go to the demo's mailbox")
  } else if (publicUrl === undefined) {
    log.warn({ address }, 'links in mails lead to this address: HOLDFAST_PUBLIC_URL is not set')
  }
}
