/**
 * A server whose only pool is sold out, and everybody asks for it: how much of the heap is in use,
 * after a collection, when the storm has just begun and when it has gone on. A process of its own:
 * the collector has to be at hand (--expose-gc), and nobody else's memory in the heap.
 *
 * Arguments: the database's URL, how many requests, and `leaks` for a server that forgets nothing.
 */

import { issueApiKey } from '../../../src/access/api-keys.js'
import { newId } from '../../../src/domain/ids.js'
import { openDatabase } from '../../../src/storage/driver/database.js'
import { givenPools } from '../stock/factory.js'
import { appOn } from './app-on.js'
import { callerOf } from './service.js'

const CLIENTS = 100

const [, , url = '', requests = '0', leaks] = process.argv
const db = openDatabase({ url, connectionsMax: 4 })
const app = appOn(db)
const kept: unknown[] = []
if (leaks === 'leaks') {
  app.addHook('onRequest', async (request) => {
    kept.push(request.headers)
  })
}

const { listingId, poolIds } = await givenPools(db, 1)
const issued = await issueApiKey(db, { name: 'a storm', scope: 'seller', listingIds: [listingId] })
const call = callerOf(app, () => issued?.key ?? '')

async function ask(): Promise<number> {
  const body = { customer: newId(), lines: [{ pool_id: poolIds[0], quantity: 1 }] }
  return (await call('POST', `/v1/listings/${listingId}/reservations`, { body })).statusCode
}

async function storm(count: number): Promise<void> {
  let asked = 0
  const client = async () => {
    while (asked < count) {
      asked += 1
      const status = await ask()
      if (status !== 409) throw new Error(`a storm of sold-out answers met ${status}`)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

function heapBytes(): number {
  // Twice: what the first one finalises the second one takes.
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

await app.ready()
if ((await ask()) !== 201) throw new Error('the one unit could not be sold')
// What is made once and kept is there after a third of it: compiled code, caches, prepared statements.
await storm(Math.ceil(Number(requests) / 3))
const beforeBytes = heapBytes()
await storm(Number(requests))
const afterBytes = heapBytes()
await app.close()
await db.close()
process.send?.({ beforeBytes, afterBytes, kept: kept.length })
process.disconnect()
