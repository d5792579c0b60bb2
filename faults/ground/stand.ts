/**
 * What most faults stand on: a PostgreSQL of their own, `holdfast serve` processes, and a gate between
 * them, which leads to the database wherever it is.
 */
import { HOLDFAST } from '../../src/embedded/cluster.js'
import type { Ground } from '../fault.js'
import type { Postgres } from './clusters.js'
import { holdfast } from './command.js'
import { type Gate, openGate } from './gate.js'
import { type Fleet, openFleet } from './product.js'

export interface Stand {
  readonly apiKey: string
  /** The database that is the truth; a failover makes it another one. */
  postgres: Postgres
  readonly gate: Gate
  readonly fleet: Fleet
  /** Through the gate. */
  readonly databaseUrl: string
  /** See `Scene`. */
  end(): Promise<readonly string[]>
}

export interface StandOptions {
  readonly id: string
  /** How many are started; default 2. */
  readonly servers?: number
  /** Variables of every server, beside those that it needs. */
  readonly env?: NodeJS.ProcessEnv
  /** Of PostgreSQL. */
  readonly settings?: Readonly<Record<string, string>>
  /** An empty folder for the data. */
  readonly place?: string
}

const SERVERS = 2

export async function openStand(ground: Ground, options: StandOptions): Promise<Stand> {
  const { clusters } = ground
  const postgres = clusters.copy(ground.sceneName(options.id), options.place)
  await postgres.start(options.settings)
  const stand = await openStandOn(postgres, clusters.apiKey, options)
  return {
    ...stand,
    async end() {
      const wrong = await stand.end()
      await postgres.remove()
      return wrong
    },
  }
}

/** The same on a PostgreSQL that runs, and that somebody else removes. */
export async function openStandOn(
  postgres: Postgres,
  apiKey: string,
  { servers = SERVERS, env = {} }: Omit<StandOptions, 'id'>,
): Promise<Stand> {
  const gate = await openGate(postgres.port)
  const databaseUrl = `postgres://${HOLDFAST}@127.0.0.1:${gate.port}/${HOLDFAST}`
  const fleet = openFleet(databaseUrl, env)
  for (let i = 0; i < servers; i += 1) await fleet.start()
  const stand: Stand = {
    ...{ apiKey, postgres, gate, fleet, databaseUrl },
    async end() {
      await fleet.stop()
      await gate.close()
      return audited(stand.postgres.url)
    },
  }
  return stand
}

/** What `holdfast audit` says of a whole database. */
export async function audited(databaseUrl: string): Promise<readonly string[]> {
  try {
    await holdfast(['audit'], databaseUrl)
    return []
  } catch (error) {
    const { stdout = '', message } = error as Error & { stdout?: string }
    return [`holdfast audit: ${stdout.trim() || message}`]
  }
}
