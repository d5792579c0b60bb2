/** kill-backend: pg_terminate_backend on a connection of a server, idle or in a transaction. */
import pg from 'pg'
import { LAB_APPLICATION, SERVER_APPLICATION } from '../database/application-names.js'
import { type Field, type Harm, oneOf } from './harm.js'

const SELECT_BACKENDS = `
  select pid
  from pg_stat_activity
  where datname = current_database()
    and application_name = $1
  order by backend_start, pid`

export function killBackends({ databaseUrl }: Field, random: () => number): Harm {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: LAB_APPLICATION,
  })
  client.on('error', () => {})
  const connected = client.connect()
  // Whoever strikes first is told.
  connected.catch(() => {})
  return {
    pauseMs: { min: 30, max: 200 },
    async strike() {
      await connected
      const { rows } = await client.query<{ pid: number }>(SELECT_BACKENDS, [SERVER_APPLICATION])
      const victim = oneOf(random, rows)
      if (victim === undefined) return undefined
      await client.query('select pg_terminate_backend($1)', [victim.pid])
      return { what: `ended the backend ${victim.pid}`, over: undefined }
    },
    end: () => client.end(),
  }
}
