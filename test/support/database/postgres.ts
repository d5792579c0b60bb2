/**
 * One PostgreSQL for the whole run: the one that DATABASE_URL names, else an embedded one. It has a
 * migrated template, of which every test file gets a copy of its own.
 */
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbeddedPostgres } from '../../../src/embedded/embedded.js'
import { migrate } from '../../../src/storage/driver/migrate.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the server, on a database that no test writes to. */
    serverUrl: string
    /** The name of the migrated database to copy. */
    template: string
  }
}

/** A run's databases carry its process id: another run on the same server leaves them alone. */
const PREFIX = 'holdfast_test_'
const TEMPLATE = `${PREFIX}${process.pid}_template`

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL']
  const server =
    given === undefined
      ? await openEmbeddedPostgres({ folder: '.holdfast/test' })
      : { url: given, release: async () => {} }
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await dropLeftOvers(client)
  await client.query(`drop database if exists ${TEMPLATE}`)
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  const templateUrl = new URL(server.url)
  templateUrl.pathname = `/${TEMPLATE}`
  await migrate(templateUrl.href)
  project.provide('serverUrl', server.url)
  project.provide('template', TEMPLATE)
  return () => server.release()
}

/** Databases of failed tests are kept for a look, until the next run that begins after this one. */
async function dropLeftOvers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where starts_with(datname, '${PREFIX}')`,
  )
  for (const { name } of rows) {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10)
    if (!isAlive(pid)) await client.query(`drop database if exists ${name} with (force)`)
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
