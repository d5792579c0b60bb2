/**
 * The bench's own database, with the schema as it is in production, all constraints included. It is
 * emptied before every measurement, so that none inherits the rows, the bloat or the luck of another.
 */
import pg from 'pg'
import { newId } from '../src/domain/ids.js'
import { createListing } from '../src/engine/sale/listings.js'
import { type Database, openDatabase } from '../src/storage/driver/database.js'
import { migrate } from '../src/storage/driver/migrate.js'
import type { Work } from './subjects/work.js'

export interface Stage {
  readonly url: string
  /** For statements of the bench's own. */
  readonly client: pg.Client
  /** For what the engine does for the bench. */
  readonly db: Database
  /** Empties every table. */
  empty(): Promise<void>
  /** Puts a listing on sale, a pool per capacity; the work is to take single units from all of them. */
  newListing(capacities: readonly number[]): Promise<Work>
  /**
   * Compares the counters with the lines, and the reservations with what clients were told.
   *
   * @throws Error when they differ: a rate at which something is lost is worth nothing
   */
  check(acknowledged: number): Promise<void>
  /** Drops the database. */
  close(): Promise<void>
}

const MARK = 'Made by the Holdfast bench, which drops it after every run.'

const TABLES = [
  'listings',
  'resources',
  'schedules',
  'pools',
  'reservations',
  'reservation_lines',
  'journal',
  'answers',
  'customers',
  'units',
  'listeners',
  'events',
  'deliveries',
]

const SELECT_MARK = `
  select shobj_description(oid, 'pg_database') as mark
  from pg_database
  where datname = $1`

const COUNT = `
  select (select coalesce(sum(taken), 0) from pools) as taken,
         (select coalesce(sum(quantity), 0) from reservation_lines) as lines,
         (select count(*) from reservations where state = 'confirmed') as confirmed`

/**
 * Creates the database `name` beside the one that `serverUrl` names.
 *
 * @throws Error when there is one of this name that the bench did not make
 */
export async function openStage(serverUrl: string, name = 'holdfast_bench'): Promise<Stage> {
  await onServer(serverUrl, (server) => recreate(server, name))
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  await migrate(url.href)
  const client = new pg.Client({ connectionString: url.href, application_name: 'holdfast bench' })
  // A connection that is lost shows in the next statement; of what came before, that is told.
  client.on('error', () => {})
  await client.connect()
  const db = openDatabase({ url: url.href, connectionsMax: 1 })
  return {
    url: url.href,
    client,
    db,
    empty: async () => {
      await client.query(`truncate ${TABLES.join(', ')} cascade`)
    },
    newListing: (capacities) => newListing(db, capacities),
    check: (acknowledged) => check(client, acknowledged),
    close: async () => {
      await client.end()
      await db.close()
      await onServer(serverUrl, (server) => drop(server, name))
    },
  }
}

async function recreate(server: pg.Client, name: string): Promise<void> {
  const { rows } = await server.query<{ mark: string | null }>(SELECT_MARK, [name])
  if (rows[0] !== undefined && rows[0].mark !== MARK) {
    throw new Error(`there is a database ${name} that the bench did not make: rename it`)
  }
  await drop(server, name)
  await server.query(`create database ${name}`)
  await server.query(`comment on database ${name} is '${MARK}'`)
  await server.query(`alter database ${name} set search_path = holdfast`)
}

async function drop(server: pg.Client, name: string): Promise<void> {
  await server.query(`drop database if exists ${name} with (force)`)
}

async function onServer(url: string, work: (server: pg.Client) => Promise<void>): Promise<void> {
  const server = new pg.Client({ connectionString: url, application_name: 'holdfast bench' })
  await server.connect()
  try {
    await work(server)
  } finally {
    await server.end()
  }
}

async function newListing(db: Database, capacities: readonly number[]): Promise<Work> {
  const resources = capacities.map((capacity, i) => ({
    resourceId: newId(),
    name: `Hotel ${i + 1}`,
    poolId: newId(),
    capacity,
  }))
  const listingId = newId()
  await createListing(db, { listingId, name: 'Bench', resources })
  return {
    listingId,
    poolIds: resources.map((each) => each.poolId),
    resourceIds: resources.map((each) => each.resourceId),
    linesEach: 1,
    confirms: false,
  }
}

async function check(client: pg.Client, acknowledged: number): Promise<void> {
  const { rows } = await client.query<{ taken: string; lines: string; confirmed: string }>(COUNT)
  const [row] = rows
  const [taken, lines, confirmed] = [row?.taken, row?.lines, row?.confirmed].map(Number)
  if (taken !== lines) throw new Error(`the counters say ${taken}, the lines ${lines}`)
  if (confirmed === undefined || confirmed < acknowledged) {
    throw new Error(`${acknowledged} were told yes, but ${confirmed} have a reservation`)
  }
}
