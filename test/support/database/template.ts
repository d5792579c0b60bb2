/** A migrated database on the run's server, of which every test file gets a copy of its own. */
import type pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../../../src/storage/driver/migrate.js'
import { freeze, joinNodes, onEveryNode } from './citus/nodes.js'
import { withClient } from './with-client.js'

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

/** Makes the template on this server and tells the project's tests where it is. */
export async function provideTemplate(
  project: TestProject,
  serverUrl: string,
  nodes: readonly string[] = [serverUrl],
): Promise<void> {
  for (const node of nodes) await withClient(node, dropLeftOvers)
  await onEveryNode(nodes, `create database ${TEMPLATE}`)
  await joinNodes(nodes, TEMPLATE)
  const url = new URL(serverUrl)
  url.pathname = `/${TEMPLATE}`
  await migrate(url.href)
  await freeze(nodes, TEMPLATE)
  project.provide('nodes', nodes)
  project.provide('serverUrl', serverUrl)
  project.provide('template', TEMPLATE)
}

/** Databases of failed tests are kept for a look, until the next run that begins after this one. */
async function dropLeftOvers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where starts_with(datname, '${PREFIX}')`,
  )
  for (const { name } of rows) {
    const pid = Number.parseInt(name.slice(PREFIX.length), 10)
    // The process id may be that of a run that is long over: this run has made nothing yet.
    if (pid === process.pid || !isAlive(pid)) {
      await client.query(`drop database if exists ${name} with (force)`)
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
