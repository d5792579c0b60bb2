/** A database without any schema, for tests that bring one up themselves. */
import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { joinNodes, onEveryNode } from './citus/nodes.js'
import { tellKept } from './kept.js'
import { OUR_TABLES_FIRST } from './our-tables.js'
import { withClient } from './with-client.js'

export { withClient }

/**
 * Creates a database, hands its URL to `work`, and drops it unless `work` failed: then it is kept.
 *
 * @param options `create`: options of `create database`, default none; `joined`: false leaves the nodes of
 * a cluster without each other
 */
export async function withEmptyDatabase(
  work: (url: string) => Promise<void>,
  { create = '', joined = true }: { readonly create?: string; readonly joined?: boolean } = {},
): Promise<void> {
  const name = inject('template').replace('template', randomBytes(6).toString('hex'))
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${name}`
  const nodes = inject('nodes')
  await onEveryNode(nodes, `create database ${name} ${create}`)
  await onEveryNode(nodes, `alter database ${name} set ${OUR_TABLES_FIRST}`)
  if (joined) await joinNodes(nodes, name)
  await work(url.href).catch((error: unknown) => {
    tellKept(name)
    throw error
  })
  await onEveryNode(nodes, `drop database ${name} with (force)`)
}
