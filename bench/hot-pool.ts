/**
 * One hot pool over HTTP: every client wants a unit of the same pool, one server process with four
 * connections serves them, under each strategy in turn. Rounds are interleaved, so that a noisy
 * minute hits every strategy alike; each round has a pool of its own.
 */
import { newId } from '../src/domain/ids.js'
import { createListing } from '../src/engine/listings.js'
import { openLabDatabase } from '../src/lab/lab-database.js'
import { startServers } from '../src/lab/servers.js'
import { openDatabase } from '../src/storage/database.js'
import { STRATEGY_NAMES, type StrategyName } from '../src/strategies/strategy.js'
import { type LoadResult, load } from './load.js'

export interface HotPoolOptions {
  readonly databaseUrl: string
  readonly strategies?: readonly StrategyName[]
  readonly clients: readonly number[]
  readonly rounds: number
  readonly warmUpMs: number
  readonly measureMs: number
  readonly onProgress: (line: string) => void
}

/** All rounds of one strategy at one number of clients. */
export interface HotPoolRow {
  readonly strategy: StrategyName
  readonly clients: number
  readonly rounds: readonly LoadResult[]
}

const CONNECTIONS = 4
/** More than any strategy sells in a round. `skip-locked` makes a row for each. */
const CAPACITY = 100_000

export async function hotPool(options: HotPoolOptions): Promise<HotPoolRow[]> {
  const { strategies = STRATEGY_NAMES, rounds, warmUpMs, measureMs, onProgress } = options
  const lab = await openLabDatabase(options.databaseUrl)
  const db = openDatabase({ url: lab.url, connectionsMax: 1 })
  const rows = options.clients.flatMap((clients) =>
    strategies.map((strategy) => ({ strategy, clients, rounds: [] as LoadResult[] })),
  )
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const row of rows) {
        const path = await newHotPool(db, row.strategy)
        const { servers, stop } = await startServers(1, {
          databaseUrl: lab.url,
          strategy: row.strategy,
          connections: CONNECTIONS,
        })
        const origin = `http://127.0.0.1:${servers[0]?.port}`
        const result = await load({ origin, path, clients: row.clients, warmUpMs, measureMs })
        await stop()
        row.rounds.push(result)
        onProgress(
          `round ${round}/${rounds}  ${row.strategy}, ${row.clients} clients: ${Math.round(result.perSecond)} a second`,
        )
      }
    }
    return rows
  } finally {
    await db.close()
    await lab.release()
  }
}

async function newHotPool(
  db: ReturnType<typeof openDatabase>,
  strategy: StrategyName,
): Promise<string> {
  const [listingId, resourceId, poolId] = [newId(), newId(), newId()]
  await createListing(db, {
    listingId,
    name: 'Hot pool',
    resources: [{ resourceId, name: 'The one', poolId, capacity: CAPACITY }],
  })
  return `/${listingId}/${resourceId}/reserve/${strategy}?rooms=1&email=load@example.com`
}
