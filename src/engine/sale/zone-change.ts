/**
 * What was computed from a time zone, computed again because it is another one now: when nights begin and
 * end, when blocks are cut off, and which slots there are. What customers have stays: a hotel's night is
 * a date, and who booked a slot was told an instant.
 */
import { BY_SYSTEM } from '../../domain/journal.js'
import { addDays } from '../../domain/time/date.js'
import type { Span } from '../../domain/time/schedule.js'
import { datesShown, midnightOf, nightSpans } from '../../domain/time/zoned-time.js'
import type { Tx } from '../../storage/driver/database.js'
import {
  findSoldBySlots,
  lockCutOffs,
  lockZonedNights,
  sendCutOffs,
  sendTimes,
  type ZonedNight,
} from '../../storage/tables/computed-times.js'
import { sendCapacityEntries, sendTimeEntries } from '../../storage/tables/journal.js'
import { lockTerms, type ResourceTerms } from '../../storage/tables/schedules.js'
import { closeIdle, readOverlapping } from '../../storage/tables/slots.js'
import type { Dates } from './dates.js'
import { GENERATED_DAYS_MAX, generate } from './slots.js'

const BY_ZONE_CHANGE = { ...BY_SYSTEM, reason: 'the time zone is another one' }

/** Which zone it is that has changed. */
export interface ZoneChange {
  /** The resource's own; default the listing's. */
  readonly resourceId?: string
  /** The zone before. */
  readonly before: string
}

/**
 * To be called in the transaction that changes the zone, once the new one is written. The caller has
 * locked the listing, and its resource if the zone is the resource's.
 */
export async function computeTimesAgain(
  tx: Tx,
  listingId: string,
  { resourceId, before }: ZoneChange,
): Promise<void> {
  // In the order in which everybody locks them: resources, blocks, pools.
  const soldBySlots = await findSoldBySlots(tx, listingId, resourceId)
  const terms = soldBySlots.length === 0 ? [] : await lockTerms(tx, listingId, soldBySlots)
  await moveCutOffs(tx, listingId, resourceId)
  await moveNights(tx, listingId, resourceId)
  for (const each of terms) await makeSlotsAgain(tx, listingId, each, before)
}

async function moveCutOffs(
  tx: Tx,
  listingId: string,
  resourceId: string | undefined,
): Promise<void> {
  const blocks = await lockCutOffs(tx, listingId, resourceId)
  const changes = blocks.map(({ blockId, timeZone, cutOff }) => {
    return { blockId, cutOffMs: midnightOf(timeZone, cutOff) }
  })
  sendCutOffs(tx, listingId, changes)
}

async function moveNights(tx: Tx, listingId: string, resourceId: string | undefined) {
  const nights = await lockZonedNights(tx, listingId, resourceId)
  const spans = spansOf(nights)
  const changes = nights.flatMap(({ poolId, timeZone, night, version, fromMs, toMs }) => {
    const span = spans.get(`${timeZone} ${night}`)
    // A date that the new zone never had keeps the time that it had.
    if (span === undefined || span.fromMs >= span.toMs) return []
    if (span.fromMs === fromMs && span.toMs === toMs) return []
    return [{ poolId, version: version + 1, ...span }]
  })
  sendTimes(tx, listingId, changes)
  sendTimeEntries(tx, listingId, changes, BY_ZONE_CHANGE)
}

/** Each date of each zone is computed once, however many rooms and blocks have it. */
function spansOf(nights: readonly ZonedNight[]): ReadonlyMap<string, Span> {
  const spans = new Map<string, Span>()
  for (const timeZone of new Set(nights.map((each) => each.timeZone))) {
    const own = nights.filter((each) => each.timeZone === timeZone)
    const dates = [...new Set(own.map(({ night }) => night))].sort()
    for (const [i, span] of nightSpans(timeZone, dates).entries()) {
      spans.set(`${timeZone} ${dates[i]}`, span)
    }
  }
  return spans
}

/** The end of the last year that a caller may name. */
const FAR_AWAY_MS = Date.UTC(9999, 0, 1)

/** Closes the free slots that are still to come, and makes those of the same dates by the new clocks. */
async function makeSlotsAgain(
  tx: Tx,
  listingId: string,
  terms: ResourceTerms,
  before: string,
): Promise<void> {
  const { resourceId, nowMs } = terms
  const ahead = { fromMs: nowMs, toMs: FAR_AWAY_MS }
  const there = await readOverlapping(tx, listingId, resourceId, ahead)
  const toCome = there.filter((slot) => !slot.closed && slot.fromMs >= nowMs)
  const free = toCome.filter((slot) => slot.taken === 0).map((slot) => slot.poolId)
  const closed = await closeIdle(tx, listingId, free)
  sendCapacityEntries(tx, listingId, closed, BY_ZONE_CHANGE)
  const dates = datesShown(
    before,
    toCome.map((slot) => slot.fromMs),
  )
  for (const run of runsOf(dates)) {
    // As many as there were: they were made in several calls.
    await generate(tx, listingId, terms, run, BY_ZONE_CHANGE, Number.POSITIVE_INFINITY)
  }
}

/** Dates that follow each other, as ranges of which slots can be made at once. */
function runsOf(dates: readonly string[]): Dates[] {
  const runs: { from: string; to: string; days: number }[] = []
  for (const date of dates) {
    const last = runs.at(-1)
    if (last !== undefined && last.to === date && last.days < GENERATED_DAYS_MAX) {
      last.to = addDays(date, 1)
      last.days += 1
    } else runs.push({ from: date, to: addDays(date, 1), days: 1 })
  }
  return runs
}
