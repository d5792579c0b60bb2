/**
 * A server process for tests of its end: serves the database that its first argument names, says
 * where on its channel, and stops as `holdfast serve` does. The further arguments are the times of its
 * end, in milliseconds.
 */
import { listen } from '../../../src/cli/serving/server.js'
import { openDatabase } from '../../../src/storage/driver/database.js'
import { appOn } from '../http/app-on.js'

const [, , url = '', drainDelayMs = '0', stopIdleMs] = process.argv
const db = openDatabase({ url, connectionsMax: 4 })
const { address, stopped } = await listen(appOn(db), {
  port: 0,
  host: '127.0.0.1',
  drainDelayMs: Number(drainDelayMs),
  ...(stopIdleMs === undefined ? {} : { stopIdleMs: Number(stopIdleMs) }),
  onClosed: () => db.close(),
})
process.send?.(address)
await stopped
process.disconnect()
