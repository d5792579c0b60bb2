/** A user of the embedded server as a process of its own, for tests that start, stop and kill it. */
import { createInterface } from 'node:readline'
import { openEmbeddedPostgres } from '../../dist/embedded/embedded.js'

const [, , folder = '', way] = process.argv
const postgres = await openEmbeddedPostgres({ folder })
console.log(postgres.url)

if (way === 'stay') {
  for await (const line of createInterface(process.stdin)) {
    if (line === 'release') break
  }
  await postgres.release()
  process.exit(0)
}
