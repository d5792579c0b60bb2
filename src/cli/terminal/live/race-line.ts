/** A race in one plain line, for logs and pipes: no colours, no escape codes, one sentence. */
import type { RaceSnapshot } from '../../../lab/race/race.js'
import { grouped, plural } from '../../../lab/words.js'
import { elapsed, milliseconds } from '../figures.js'
import { sumsOf } from './race-figures.js'

/** Says how far a race has come; where units are sold twice, it says so first. */
export function renderRaceLine(snapshot: RaceSnapshot): string {
  const { options, counts, latencyMs, words } = snapshot
  const { unit } = words
  const sums = sumsOf(snapshot)
  const parts = [
    `${grouped(sums.sold)} of ${plural(sums.capacity, unit)} sold`,
    `${grouped(sums.reservedPerSecond)} reservations/s`,
    plural(counts.requests, 'request'),
    `${grouped(counts.reserved)} reserved`,
    `${grouped(counts.refused)} refused`,
    plural(counts.conflicts, 'conflict'),
    plural(counts.retries, 'retry', 'retries'),
    `${grouped(counts.unknown)} unknown`,
    `p50 ${milliseconds(latencyMs.p50)}`,
    `p99 ${milliseconds(latencyMs.p99)}`,
    `${grouped(snapshot.clientsDone)} of ${plural(options.clients, 'client')} done`,
    `${grouped(snapshot.serversAlive)} of ${plural(options.servers, 'server')} alive`,
  ]
  if (options.rate !== undefined) parts.push(`${grouped(counts.dropped)} dropped`)
  if (sums.over > 0) parts.unshift(`OVERSOLD by ${plural(sums.over, unit)}`)
  return `${elapsed(snapshot.elapsedMs)}: ${parts.join(', ')}`
}
