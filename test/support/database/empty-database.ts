/** A database without any schema, for tests that bring one up themselves. */
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { tellKept } from './kept.js'
import { OUR_TABLES_FIRST } from './our-tables.js'
import { withClient } from './with-client.js'

export { withClient }

/**
 * Creates a database, hands its URL to `work`, and drops it unless `work` failed: then it is kept.
 *
 * @param options of `create database`; default none
 */
export async function withEmptyDatabase(
  work: (url: string) => Promise<void>,
  options = '',
): Promise<void> {
  const name = inject('template').replace('template', randomBytes(6).toString('hex'))
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${name}`
  await withClient(inject('serverUrl'), async (client) => {
    await client.query(`create database ${name} ${options}`)
    await client.query(`alter database ${name} set ${OUR_TABLES_FIRST}`)
  })
  await work(url.href).catch((error: unknown) => {
    tellKept(name)
    throw error
  })
  await withClient(inject('serverUrl'), (client) =>
    client.query(`drop database ${name} with (force)`),
  )
}
