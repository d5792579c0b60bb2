/**
 * A pool is only short if it is short without its overdue holds. Free and overdue units are read in
 * one snapshot: what is then refused was really not free at that moment.
 */
import type { Verdict } from '../../domain/reservation/verdict.js'
import type { Tx } from '../../storage/driver/database.js'
import { type Reclaimable, readReclaimable } from '../../storage/tables/reservations.js'

export interface Shortages {
  /** The pools that were found short. */
  readonly pools: ReadonlyMap<string, Reclaimable>
  /** Which pools to reclaim for a short verdict; undefined to refuse it. */
  reclaimable(short: Extract<Verdict, { kind: 'short' }>): readonly string[] | undefined
}

const NO_SHORTAGES: Shortages = { pools: new Map(), reclaimable: () => undefined }

/** @returns undefined when units came back since the verdict, which then has to be asked for again */
export async function readShortages(
  tx: Tx,
  listingId: string,
  verdicts: readonly Verdict[],
): Promise<Shortages | undefined> {
  const short = verdicts.filter((verdict) => verdict.kind === 'short')
  if (short.length === 0) return NO_SHORTAGES
  const poolIds = [...new Set(short.flatMap((verdict) => verdict.lines.map((line) => line.poolId)))]
  const rows = await readReclaimable(tx, listingId, poolIds.sort())
  const pools = new Map(rows.map((row) => [row.poolId, row]))
  const isMissing = (line: { poolId: string; quantity: number }, withOverdue: boolean) => {
    const pool = pools.get(line.poolId)
    const free = (pool?.left ?? 0) + (withOverdue ? (pool?.overdue ?? 0) : 0)
    return line.quantity > free
  }
  for (const verdict of short) {
    if (!verdict.lines.some((line) => isMissing(line, false))) return undefined
  }
  return {
    pools,
    reclaimable: (verdict) =>
      verdict.lines.some((line) => isMissing(line, true))
        ? undefined
        : verdict.lines.filter((line) => isMissing(line, false)).map((line) => line.poolId),
  }
}
