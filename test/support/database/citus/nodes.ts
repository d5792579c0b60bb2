/** The nodes that a run's databases are on: one server, or those of a cluster of Citus, each by its URL. */
import { inject } from 'vitest'
import { withClient } from '../with-client.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL of each node, the coordinator's first; the server's alone without a cluster. */
    nodes: readonly string[]
  }
}

/** True when the tables of the run's databases are spread over several nodes. */
export const isSpread = (): boolean => inject('nodes').length > 1

export const WITHOUT_CITUS = 'HOLDFAST_TEST_CITUS names no cluster'

/** The nodes of the cluster, as the coordinator's database at `url` has them. */
export async function nodesOf(url: string): Promise<string[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ host: string; port: number }>(
      `select nodename as host, nodeport as port from pg_dist_node where groupid <> 0 order by 2`,
    ),
  )
  return [url, ...rows.map(({ host, port }) => beside(url, { hostname: host, port: `${port}` }))]
}

function beside(url: string, parts: Partial<Pick<URL, 'hostname' | 'port' | 'pathname'>>): string {
  return Object.assign(new URL(url), parts).href
}

/** Runs a statement on each node, in the database that its URL names or in another. */
export async function onEveryNode(
  nodes: readonly string[],
  statement: string,
  database?: string,
): Promise<void> {
  await Promise.all(
    nodes
      .map((url) => (database === undefined ? url : beside(url, { pathname: `/${database}` })))
      .map((url) => withClient(url, (client) => client.query(statement))),
  )
}

/** Makes a cluster of a database that is on every node. */
export async function joinNodes(nodes: readonly string[], database: string): Promise<void> {
  const [coordinator, ...workers] = nodes
  if (coordinator === undefined || workers.length === 0) return
  await onEveryNode(nodes, 'create extension citus', database)
  await withClient(beside(coordinator, { pathname: `/${database}` }), async (client) => {
    const { hostname, port } = new URL(coordinator)
    await client.query('select citus_set_coordinator_host($1, $2)', [hostname, port])
    for (const worker of workers.map((url) => new URL(url))) {
      await client.query('select citus_add_node($1, $2)', [worker.hostname, worker.port])
    }
  })
}

/** Lets nobody in any more, not even Citus itself: a template must have no sessions. */
export async function freeze(nodes: readonly string[], database: string): Promise<void> {
  if (nodes.length === 1) return
  await onEveryNode(nodes, `alter database ${database} with allow_connections false`)
  await onEveryNode(
    nodes,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`,
  )
}
