/** What becomes of the hot pool's rate when the tables have seen a lot, or there is a lot on sale. */

import { openStage, type Stage } from '../stage.js'
import { writeReservations } from '../subjects/bulk-rows.js'
import type { Work } from '../subjects/work.js'
import { type Context, type Entry, engineCell, PLENTY } from './entry.js'

const CLIENTS = 64
const ROWS_AT_ONCE = 10_000

/** What the cells are called. */
export const GROWTH = {
  empty: 'empty tables',
  grown: 'many reservations sold before',
  hotAmongMany: 'one hot pool among many',
  allOfMany: 'many pools, all as hot',
} as const

export const growth: Entry = {
  name: 'growth',
  title: 'Growth',
  about:
    '`batched` in process, 64 clients. With empty tables; after a million reservations of the same ' +
    'pool; with ten thousand pools in the listing, of which one is hot, or all alike. (A quick run ' +
    'has a tenth of these.)',
  async open(context) {
    const { grownPools } = context.options
    const many = (stage: Stage) => stage.newListing(Array<number>(grownPools).fill(PLENTY))
    const grown = await openGrown(context)
    const named = { entry: growth.name, strategy: 'batched', way: 'in process' } as const
    const cell = (subject: string, work: (stage: Stage) => Promise<Work>) =>
      engineCell(context, { ...named, subject, clients: CLIENTS, work })
    return {
      cells: [
        cell(GROWTH.empty, (stage) => stage.newListing([PLENTY])),
        engineCell(context, {
          ...{ ...named, subject: GROWTH.grown, clients: CLIENTS, stage: grown.stage },
          work: async () => grown.work,
        }),
        cell(GROWTH.hotAmongMany, async (stage) => {
          const work = await many(stage)
          const half = Math.floor(grownPools / 2)
          return {
            ...work,
            poolIds: work.poolIds.slice(half, half + 1),
            resourceIds: work.resourceIds.slice(half, half + 1),
          }
        }),
        cell(GROWTH.allOfMany, many),
      ],
      close: () => grown.stage.close(),
    }
  },
}

/** A database in which the hot pool has sold a lot already. It is not emptied between rounds. */
async function openGrown({ serverUrl, options, say }: Context) {
  const { grownReservations } = options
  say(`writing ${grownReservations} reservations`)
  const stage = await openStage(serverUrl, 'holdfast_bench_grown')
  const work = await stage.newListing([PLENTY])
  const { listingId, poolIds } = work
  for (let written = 0; written < grownReservations; written += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, grownReservations - written)
    await writeReservations(stage.client, listingId, poolIds[0] ?? '', count)
  }
  // What the server would do in its own time is done before the clock runs.
  await stage.client.query('vacuum analyze')
  await stage.client.query('checkpoint').catch(() => say('no right to a checkpoint; going on'))
  return { stage, work }
}
