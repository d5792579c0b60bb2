/**
 * Opens the embedded server of the tests for a look at the databases that failed tests left behind:
 *
 *     npm run test:look
 *
 * It prints their URLs and keeps the server until Ctrl-C.
 */
import { once } from 'node:events'
import pg from 'pg'
import { openEmbeddedPostgres } from '../src/embedded/embedded.js'

const server = await openEmbeddedPostgres({ folder: '.holdfast/test' })
const client = new pg.Client({ connectionString: server.url })
await client.connect()
const { rows } = await client.query<{ name: string }>(
  `select datname as name
   from pg_database
   where starts_with(datname, 'holdfast_test_') and datname not like '%template'
   order by datname`,
)
await client.end()
if (rows.length === 0) console.log('No failed test has left a database behind.')
else {
  for (const { name } of rows) {
    const url = new URL(server.url)
    url.pathname = `/${name}`
    console.log(url.href)
  }
  console.log('The server stays until you press Ctrl-C; the next test run drops these databases.')
  await once(process, 'SIGINT')
}
await server.release()
