/**
 * The servers of one database: which of them is taken, and when one is let go of.
 *
 * Where the URL names several, all are looked at, at the same time, and the one that is chosen is kept
 * until something speaks against it: a connection that is lost or cannot be made, a write that it refuses.
 * Connections to a server that was let go of are closed instead of being lent again.
 */
import pg from 'pg'
import { databaseHosts } from '../../../domain/database-hosts.js'
import { isFault } from '../../../domain/errors.js'
import { isConnectionLoss, isReadOnly } from '../sqlstate.js'
import { unreachable } from '../unreachable.js'
import { type Admission, openAdmission } from './admission.js'
import { chooseServer, type Sighting } from './choose.js'
import { highestTimeline, readStanding } from './lineage.js'

export interface ServersOptions {
  /** A `postgres://` URL with one host or several. */
  readonly url: string
  /** Takes a server that only reads as well, when none writes; default false. */
  readonly onlyToRead?: boolean | undefined
  readonly applicationName: string
}

export interface Servers extends Admission {
  /** True when there is a choice. */
  readonly areSeveral: boolean
  /** The driver's class, for a pool: what it connects leads to the server that is taken. */
  readonly Client: typeof pg.Client
  /** A URL of the server that is taken. @throws HoldfastError as `chooseServer` does */
  find(): Promise<string>
  /** Doubts the server that is taken: all are looked at before the next connection is made. */
  doubt(): void
  /** Is given what a connection was given up for. */
  failed(error: unknown): void
}

/** While no server can be taken, all are looked at this often at the most. */
const LOOK_AGAIN_MS = 100

export function openServers(options: ServersOptions): Servers {
  const { url, onlyToRead = false, applicationName } = options
  const { urls, target, connectTimeoutMs } = databaseHosts(url)
  const areSeveral = urls.length > 1
  const admission = openAdmission(onlyToRead)
  let taken = urls[0]
  let isDoubted = areSeveral
  let looking: Promise<string> | undefined
  let failure: { readonly error: unknown; readonly atMs: number } | undefined

  async function lookAtAll(): Promise<string> {
    if (failure !== undefined && performance.now() - failure.atMs < LOOK_AGAIN_MS) {
      throw failure.error
    }
    try {
      const looks = urls.map((each) => lookAt(each, applicationName, connectTimeoutMs))
      const wish = { target, onlyToRead }
      const chosen = urls[chooseServer(await Promise.all(looks), wish, highestTimeline)] ?? taken
      if (chosen !== taken) admission.letGo()
      taken = chosen
      isDoubted = false
      failure = undefined
      return chosen
    } catch (error) {
      failure = { error, atMs: performance.now() }
      throw error
    }
  }

  /** However many want to know, the servers are looked at once at a time. */
  function look(): Promise<string> {
    looking ??= lookAtAll().finally(() => {
      looking = undefined
    })
    return looking
  }

  const find = async () => (isDoubted ? await look() : taken)
  const doubt = () => {
    isDoubted = areSeveral
  }
  return {
    ...admission,
    areSeveral,
    Client: areSeveral ? clientFor(find, connectTimeoutMs) : pg.Client,
    find,
    doubt,
    failed(error) {
      const reason = isFault(error, 'outcome_unknown') ? error.cause : error
      if (isReadOnly(reason)) {
        admission.letGo()
        doubt()
      }
      // Perhaps this connection alone is gone: the others are kept if the same server is chosen again.
      else if (areSeveral && isConnectionLoss(reason)) look().catch(() => {})
    },
  }
}

interface PlaceOptions {
  readonly host: string
  readonly port: number
}

function placeIn(url: string): PlaceOptions {
  const { host, port } = new pg.Client({ connectionString: url })
  return { host, port }
}

async function lookAt(url: string, applicationName: string, timeoutMs: number): Promise<Sighting> {
  const { host, port } = placeIn(url)
  const place = host.startsWith('/') ? host : `${host}:${port}`
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: timeoutMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return { place, standing: await readStanding(client, timeoutMs) }
  } catch (error) {
    return { place, error }
  } finally {
    client.end().catch(() => {})
  }
}

/**
 * The driver reads a client's host when it connects, not before, so it can be chosen by then; the password
 * (of `PGPASSFILE`) and the check of the certificate's name go by the host as well.
 */
function clientFor(find: () => Promise<string>, connectTimeoutMs: number): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super({ ...(config as pg.ClientConfig), connectionTimeoutMillis: connectTimeoutMs })
    }

    override connect(): Promise<pg.Client>
    override connect(callback: Connected): void
    override connect(callback?: Connected): Promise<pg.Client> | undefined {
      const placed = find().then((url) => {
        const place = placeIn(url)
        const { connectionParameters } = this as unknown as { connectionParameters: object }
        Object.assign(connectionParameters, place)
        Object.assign(this, place)
      })
      if (callback === undefined) return placed.then(() => super.connect())
      // The callback runs before anything else can happen to the connection; a promise would be late.
      placed.then(() => super.connect(callback), callback as (error: Error) => void)
      return undefined
    }
  }
}

/** The driver's types of what is called once a client has connected, or could not. */
type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void)

/** A connection of one's own, and a URL of its server alone. */
export interface Lone {
  readonly client: pg.Client
  readonly url: string
}

/**
 * Connects to the server that is taken.
 *
 * @param config for the driver; how long to wait above all
 * @throws HoldfastError `database_unavailable` or `overloaded` when no connection can be made, or the
 * server only reads
 */
export async function connectAlone(
  { url: wanted, applicationName, onlyToRead }: ServersOptions,
  config: pg.ClientConfig,
): Promise<Lone> {
  const servers = openServers({ url: wanted, applicationName, onlyToRead })
  const url = await servers.find()
  const client = new pg.Client({
    ...config,
    connectionString: url,
    application_name: applicationName,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await servers.admit(client)
  } catch (error) {
    client.end().catch(() => {})
    throw unreachable(error)
  }
  return { client, url }
}
