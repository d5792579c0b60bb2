/** The bulk-insert limit: the same rows without an engine. */
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import type { Sample } from '../results.js'
import type { Stage } from '../stage.js'
import { writeReservations } from '../subjects/bulk-rows.js'
import { type Cell, type Entry, PLENTY } from './entry.js'

/** One transaction after the other on one pool, as a hot pool has to be written. */
export const BULK_SUBJECT = 'bulk insert'
/** Two at once, which a hot pool does not allow: what the machine could write at best. */
const TWO_POOLS_SUBJECT = 'bulk insert, two pools'
const BATCH = 1000

export const bulk: Entry = {
  name: 'bulk',
  title: 'Reference: the bulk-insert limit',
  about:
    `The rows that the engine writes for a reservation (reservation, line, journal entry, counter), ` +
    `by one SQL statement for ${BATCH} of them, each statement a transaction, each client a connection ` +
    'with a pool of its own. No engine, nothing decided.',
  async open({ stage, options }) {
    const cell = (subject: string, connections: number): Cell => ({
      ...{ entry: bulk.name, subject, way: 'SQL', clients: connections },
      measure: () => insertFor(stage, connections, options.warmUpMs, options.measureMs),
    })
    return { cells: [cell(BULK_SUBJECT, 1), cell(TWO_POOLS_SUBJECT, 2)] }
  },
}

async function insertFor(
  stage: Stage,
  connections: number,
  warmUpMs: number,
  ms: number,
): Promise<Sample> {
  await stage.empty()
  const { listingId, poolIds } = await stage.newListing(Array<number>(connections).fill(PLENTY))
  const fromMs = performance.now() + warmUpMs
  const untilMs = fromMs + ms
  let count = 0
  let lastMs = fromMs
  const insert = async (poolId: string) => {
    const client = new pg.Client({ connectionString: stage.url })
    await client.connect()
    // As in every session of the engine: plans that were made while the tables were empty.
    await client.query('set enable_seqscan = off')
    try {
      while (performance.now() < untilMs) {
        await writeReservations(client, listingId, poolId, BATCH)
        const nowMs = performance.now()
        if (nowMs < fromMs) continue
        count += BATCH
        lastMs = Math.max(lastMs, nowMs)
      }
    } finally {
      await client.end()
    }
  }
  await Promise.all(poolIds.map(insert))
  await stage.check(count)
  // The last batches end a little after the time: they count, and so does the time they took.
  return { perSecond: count / ((lastMs - fromMs) / 1000), others: {}, extra: {} }
}
