/** Several workers behind one port: what they sell, and who asks them, in the tests of `serving/`. */
import { afterEach } from 'vitest'
import { useDatabase } from '../../support/database/test-database.js'
import { givenKey } from '../../support/http/service.js'
import { givenPools } from '../../support/stock/factory.js'
import { type Caller, callerOf } from './caller.js'
import { logOf, type Serving } from './serving.js'

/** Most of what these tests do is start processes. */
export const TEST_MS = 240_000

/** A listing with one large pool, and what a seller of it needs. */
export interface Sale {
  readonly listingId: string
  readonly key: string
  readonly body: object
  readonly path: string
  /** With `keepAlive` all of the caller's requests go over one connection. */
  caller(serving: Serving, keepAlive: boolean): Caller
}

/** Call at the top of a test file: a database, and what is closed after each test. */
export function useSales() {
  const held = useDatabase()
  const closing: { close(): void }[] = []
  afterEach(() => {
    for (const each of closing.splice(0)) each.close()
  })

  const givenSale = async (): Promise<Sale> => {
    const { listingId, poolIds } = await givenPools(held.db, 1_000_000)
    const key = await givenKey(held.db, 'seller', listingId)
    const body = { customer: 'ada', lines: [{ pool_id: poolIds[0], quantity: 1 }] }
    const path = `/v1/listings/${listingId}/reservations`
    const caller = ({ address }: Serving, keepAlive: boolean): Caller => {
      const made = callerOf(address, key, keepAlive)
      closing.push(made)
      return made
    }
    return { listingId, key, body, path, caller }
  }
  return { held, closing, givenSale }
}

/** The messages that the service has logged so far. */
export function messagesOf({ command }: Serving): string[] {
  return logOf(command).map(({ msg }) => String(msg))
}
