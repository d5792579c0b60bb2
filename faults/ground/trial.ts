/** One repetition: a listing, visitors, harm, recovery, every open question asked again, and the verdict. */
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom } from '../../src/lab/race/random.js'
import type { Blows, Trial } from '../fault.js'
import { send } from '../load/call.js'
import { judge } from '../load/judge.js'
import { beginLoad, type Load, type LoadOptions } from '../load/load.js'
import { recount, withSession } from '../load/recount.js'
import { putOnSale, type Sale } from '../load/sale.js'
import type { Stand } from './stand.js'

export interface Field {
  readonly random: () => number
  readonly load: Load
  readonly sale: Sale
}

export interface TrialOptions
  extends Partial<Pick<LoadOptions, 'visitors' | 'timeoutMs' | 'hotShare'>> {
  readonly seed: number
  /** Pools; default those of `putOnSale`. */
  readonly capacities?: readonly number[]
  /** Does the harm while visitors come, and resolves when it is over. */
  readonly harm: (field: Field) => Promise<Blows | undefined>
  /** How long everything may take until it serves again, in milliseconds; default 15,000. */
  readonly servingMs?: number
}

/** So many definite answers show that it serves again. */
const DEFINITE = 5
const SERVING_MS = 15_000
/** How long questions are asked again until the plan gives up. */
const SETTLING_MS = 30_000
const LOOK_AGAIN_MS = 50

export async function runTrial(stand: Stand, options: TrialOptions): Promise<Trial> {
  const { apiKey, fleet } = stand
  const { seed, visitors, timeoutMs, hotShare, capacities } = options
  const port = fleet.chosen()[0]?.port ?? 0
  const sale = await putOnSale({ port, apiKey, ...(capacities && { capacities }) })
  const load = beginLoad({
    ...{ apiKey, sale, seed, servers: fleet.chosen },
    ...(visitors === undefined ? {} : { visitors }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(hotShare === undefined ? {} : { hotShare }),
  })
  let blows: Blows | undefined
  try {
    await reached(load, DEFINITE, SERVING_MS)
    blows = await options.harm({ random: createRandom(seed), load, sale })
    const isServing = await reached(
      load,
      load.definite() + DEFINITE,
      options.servingMs ?? SERVING_MS,
    )
    await load.stop()
    const wrong = [
      ...(isServing ? [] : ['it did not serve again in time']),
      ...(blows?.wrong ?? []),
      ...load.contradictions,
      ...(await settle(load)),
      ...(await auditOf(stand, sale.listingId)),
      ...(await leftOpen(stand)),
    ]
    const judgement = judge(load.operations, await recount(stand.postgres.url, sale.listingId))
    const { kills = 0, failovers = 0 } = blows ?? {}
    return { ...judgement, wrong: [...judgement.wrong, ...wrong], kills, failovers }
  } finally {
    await load.stop()
  }
}

/** True once so many definite answers were given; false when the time is over. */
export async function reached(load: Load, definite: number, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms
  while (load.definite() < definite) {
    if (performance.now() > deadline) return false
    await pause(LOOK_AGAIN_MS)
  }
  return true
}

async function settle(load: Load): Promise<string[]> {
  const deadline = performance.now() + SETTLING_MS
  for (;;) {
    const open = await load.askAgain()
    if (open === 0) return []
    if (performance.now() > deadline) return [`${open} operations never got a definite answer`]
    await pause(LOOK_AGAIN_MS)
  }
}

/** What the product itself finds wrong with a listing. */
async function auditOf({ fleet, apiKey }: Stand, listingId: string): Promise<string[]> {
  const port = fleet.chosen()[0]?.port ?? 0
  const path = `/v1/audit?listing_id=${listingId}`
  const deadline = performance.now() + SETTLING_MS
  for (;;) {
    const answer = await send({ port, apiKey, path, method: 'GET' }).catch(String)
    if (typeof answer !== 'string' && answer.status === 200) {
      const { ok, drift } = JSON.parse(answer.text) as { ok: boolean; drift: unknown[] }
      return ok ? [] : [`the audit: ${JSON.stringify(drift.slice(0, 3))}`]
    }
    if (performance.now() > deadline)
      return [`the audit was not answered: ${JSON.stringify(answer)}`]
    await pause(LOOK_AGAIN_MS)
  }
}

const SELECT_OPEN = `
  select count(*)::integer as open
  from pg_stat_activity
  where state like 'idle in transaction%'
    and clock_timestamp() - state_change > interval '6 seconds'`

/** Transactions that somebody forgot. */
async function leftOpen({ postgres }: Stand): Promise<string[]> {
  return withSession(postgres.url, async (client) => {
    const { rows } = await client.query<{ open: number }>(SELECT_OPEN)
    const open = rows[0]?.open ?? 0
    return open === 0 ? [] : [`${open} transactions were left open`]
  })
}
