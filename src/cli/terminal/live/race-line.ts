/** A race in one plain line, for logs and pipes: no colours, no escape codes, one sentence. */
import type { RaceSnapshot } from '../../../lab/race/race.js'
import { count, elapsed, milliseconds, plural } from '../figures.js'
import { sumsOf } from './race-figures.js'

/** Says how far a race has come; where units are sold twice, it says so first. */
export function renderRaceLine(snapshot: RaceSnapshot): string {
  const { options, counts, latencyMs, words } = snapshot
  const { unit } = words
  const sums = sumsOf(snapshot)
  const parts = [
    `${count(sums.sold)} of ${plural(sums.capacity, unit)} sold`,
    `${count(sums.reservedPerSecond)} reservations/s`,
    plural(counts.requests, 'request'),
    `${count(counts.reserved)} reserved`,
    `${count(counts.refused)} refused`,
    plural(counts.conflicts, 'conflict'),
    plural(counts.retries, 'retry', 'retries'),
    `${count(counts.unknown)} unknown`,
    `p50 ${milliseconds(latencyMs.p50)}`,
    `p99 ${milliseconds(latencyMs.p99)}`,
    `${count(snapshot.clientsDone)} of ${plural(options.clients, 'client')} done`,
    `${count(snapshot.serversAlive)} of ${plural(options.servers, 'server')} alive`,
  ]
  if (options.rate !== undefined) parts.push(`${count(counts.dropped)} dropped`)
  if (sums.over > 0) parts.unshift(`OVERSOLD by ${plural(sums.over, unit)}`)
  return `${elapsed(snapshot.elapsedMs)}: ${parts.join(', ')}`
}
