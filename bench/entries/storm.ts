/**
 * The sold-out storm: ninety-nine of a hundred want what is gone. Refusing has to be as cheap as
 * selling, and for however long it lasts memory must not grow.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createEngine } from '../../src/engine/engine.js'
import { STRATEGIES } from '../../src/strategies/registry.js'
import { type MeasureOptions, openOverHttp, sampleOf } from '../measure.js'
import { median, type Sample } from '../results.js'
import type { Stage } from '../stage.js'
import { DEFINITE, type Work } from '../subjects/work.js'
import { type Context, type Entry, engineCell, PLENTY } from './entry.js'
import { COMPARED } from './shapes.js'

const SOLD_OUT_SHARE = 99
const CLIENTS = 64
const CLIENTS_LONG = 200

export const storm: Entry = {
  name: 'storm',
  title: 'Sold-out storm',
  about:
    `${SOLD_OUT_SHARE} % of the requests ask for a pool that is sold out, the rest for one that is ` +
    'not. Every definite answer counts, refusals too.',
  async open(context) {
    const cells = (['HTTP', 'in process'] as const).flatMap((way) =>
      COMPARED.map((strategy) =>
        engineCell(context, {
          ...{ entry: storm.name, strategy, way, clients: CLIENTS },
          wanted: DEFINITE,
          work: nearlySoldOut,
        }),
      ),
    )
    return { cells }
  },
}

export const longStorm: Entry = {
  name: 'long-storm',
  title: 'The same, for a minute',
  about:
    'Resident memory of the server process, looked at every half second: the median of the last ' +
    'third of the time against that of the first.',
  async open(context) {
    return {
      cells: [
        {
          ...{ entry: longStorm.name, subject: 'batched', way: 'HTTP', clients: CLIENTS_LONG },
          roundsMax: 1,
          measure: () => lastingStorm(context),
        },
      ],
    }
  },
}

const GAUGE_EVERY_MS = 500
const WARM_UP_SHARE = 0.1

async function lastingStorm({ options, stage }: Context): Promise<Sample> {
  await stage.empty()
  const measuring: MeasureOptions = {
    ...{ stage, strategy: 'batched', clients: CLIENTS_LONG, wanted: DEFINITE, seed: 1 },
    work: await nearlySoldOut(stage),
    // A process that has just started grows, whatever it does.
    warmUpMs: WARM_UP_SHARE * options.stormSeconds * 1000,
    ms: options.stormSeconds * 1000,
  }
  const server = await openOverHttp(measuring)
  const residentMb: number[] = []
  let looking: NodeJS.Timeout | undefined
  const look = async () => {
    residentMb.push((await server.gauge()).residentMb)
  }
  try {
    const running = server.run()
    // It is awaited below; should it fail before, its own error is the one to tell.
    running.catch(() => {})
    await pause(measuring.warmUpMs)
    looking = setInterval(() => void look().catch(() => {}), GAUGE_EVERY_MS)
    const loop = await running
    const third = Math.floor(residentMb.length / 3)
    const firstMb = median(residentMb.slice(0, third))
    const lastMb = median(residentMb.slice(-third))
    const highestMb = Math.max(...residentMb)
    return sampleOf(loop, { firstMb, lastMb, highestMb, memoryRatio: lastMb / firstMb })
  } finally {
    clearInterval(looking)
    await server.stop()
  }
}

/** Two pools, one of which is sold out; the list from which clients draw makes the proportions. */
async function nearlySoldOut(stage: Stage): Promise<Work> {
  const work = await stage.newListing([1, PLENTY])
  const [soldOut = '', open = ''] = work.poolIds
  const [soldOutResource = '', openResource = ''] = work.resourceIds
  const engine = createEngine({ db: stage.db, strategy: STRATEGIES.guarded })
  const lines = [{ poolId: soldOut, quantity: 1 }]
  await engine.reserve(work.listingId, { customer: 'first@example.com', lines })
  return {
    ...work,
    poolIds: [...Array<string>(SOLD_OUT_SHARE).fill(soldOut), open],
    resourceIds: [...Array<string>(SOLD_OUT_SHARE).fill(soldOutResource), openResource],
  }
}
