/**
 * One PostgreSQL for the whole run: the one that DATABASE_URL names, else an embedded one. It has a
 * migrated template, of which every test file gets a copy of its own.
 */
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { openEmbeddedPostgres } from '../../src/embedded/embedded.js'
import { migrate } from '../../src/storage/migrate.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of the server, on a database that no test writes to. */
    serverUrl: string
    /** The name of the migrated database to copy. */
    template: string
  }
}

const TEMPLATE = 'holdfast_test_template'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DATABASE_URL']
  const server =
    given === undefined
      ? await openEmbeddedPostgres({ folder: '.holdfast/test' })
      : { url: given, release: async () => {} }
  const client = new pg.Client({ connectionString: server.url })
  await client.connect()
  await dropLeftOvers(client)
  await client.query(`create database ${TEMPLATE}`)
  await client.end()
  const templateUrl = new URL(server.url)
  templateUrl.pathname = `/${TEMPLATE}`
  await migrate(templateUrl.href)
  project.provide('serverUrl', server.url)
  project.provide('template', TEMPLATE)
  return () => server.release()
}

/** Databases of failed tests are kept for a look, until the next run. */
async function dropLeftOvers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'holdfast\\_test\\_%'`,
  )
  for (const { name } of rows) await client.query(`drop database ${name} with (force)`)
}
