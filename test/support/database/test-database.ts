/**
 * A database of a test file's own: a copy of the migrated template, dropped when all went well. After
 * a failure it is kept, and its name printed: `npm run test:look` opens the server for a look at it.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import { toLabSchema } from '../../../src/lab/database/lab-database.js'
import { type Database, openDatabase } from '../../../src/storage/driver/database.js'
import { isSpread, onEveryNode } from './citus/nodes.js'
import { tellKept } from './kept.js'
import { OUR_TABLES_FIRST } from './our-tables.js'

export interface TestDatabase {
  readonly url: string
  readonly db: Database
}

/**
 * Call at the top of a test file; the object is filled in before the first test.
 *
 * @param options.guard false makes the lab's schema of it: an oversell is not refused
 */
export function useDatabase(options: { guard?: boolean; connections?: number } = {}): TestDatabase {
  const name = inject('template').replace('template', randomBytes(6).toString('hex'))
  const held: { url: string; db: Database | undefined } = { url: '', db: undefined }
  let failed = false

  beforeAll(async () => {
    await onEveryNode(inject('nodes'), `create database ${name} template ${inject('template')}`)
    await onEveryNode(inject('nodes'), `alter database ${name} set ${OUR_TABLES_FIRST}`)
    const url = new URL(inject('serverUrl'))
    url.pathname = `/${name}`
    held.url = url.href
    held.db = openDatabase({
      url: patient(url),
      sessionSettings: false,
      connectionsMax: options.connections ?? 4,
      commitTimeoutMs: PATIENCE_MS,
    })
    if (options.guard === false) {
      await toLabSchema(held.url)
    }
  })

  afterEach(({ task }) => {
    if (task.result?.state === 'fail') failed = true
  })

  afterAll(async () => {
    await held.db?.close()
    if (failed) tellKept(name)
    else await onEveryNode(inject('nodes'), `drop database ${name}${isSpread() ? WITH_FORCE : ''}`)
  })

  return {
    get url() {
      return held.url
    },
    get db() {
      if (held.db === undefined) throw new Error('the database is there from beforeAll on')
      return held.db
    },
  }
}

/**
 * A test that holds a lock does something else meanwhile, on a machine that others load. Its database
 * waits for longer than a server's does, but for less than the driver allows for an answer.
 */
const PATIENCE_MS = 7_000

/** The settings of a server's sessions, with that patience. */
function patient(url: URL): string {
  const settings = {
    lock_timeout: PATIENCE_MS,
    statement_timeout: PATIENCE_MS,
    idle_in_transaction_session_timeout: PATIENCE_MS,
    enable_seqscan: 'off',
    ...(isSpread()
      ? { plan_cache_mode: 'force_custom_plan', 'citus.propagate_set_commands': 'local' }
      : { plan_cache_mode: 'force_generic_plan' }),
  }
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`)
  const patient = new URL(url)
  patient.searchParams.set('options', options.join(' '))
  return patient.href
}

/** Citus itself has a session in every database. */
const WITH_FORCE = ' with (force)'
