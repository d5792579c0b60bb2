/** What another schedule would do to the slots that are there: told before it is saved. Pure. */
import type { Schedule, Slot } from 'holdfast/client'
import { type Span, slotsOffered, timeOffered } from './offered.js'

export interface Effect {
  /** Sold, and not on offer under the new schedule: they stay sold. */
  readonly sold: readonly Slot[]
  /** Free, and closed when slots are made again; with ranges there are none. */
  readonly closing: number
  /** New when slots are made again; with ranges there are none. */
  readonly opening: number
}

export interface Looked {
  readonly zone: string
  /** The first date that was looked at. */
  readonly from: string
  /** The date after the last one. */
  readonly to: string
  readonly slots: readonly Slot[]
}

/** @param nowMs what has begun is nobody's business any more */
export function effectOf(
  schedule: Parameters<typeof slotsOffered>[0] & Pick<Schedule, 'sold_by'>,
  { zone, from, to, slots }: Looked,
  nowMs: number,
): Effect {
  const coming = slots.filter((slot) => Date.parse(slot.from) > nowMs)
  const sold = coming.filter(({ taken }) => taken > 0)
  if (schedule.sold_by === 'ranges') {
    const open = timeOffered(schedule, zone, from, to)
    const isWithin = (slot: Slot) => open.some((span) => contains(span, slot))
    return { sold: sold.filter((slot) => !isWithin(slot)), closing: 0, opening: 0 }
  }
  const wanted = slotsOffered(schedule, zone, from, to).filter(({ fromMs }) => fromMs > nowMs)
  const keys = new Set(wanted.map(keyOf))
  const open = coming.filter((slot) => !slot.closed)
  const openKeys = new Set(open.map((slot) => keyOf(spanOf(slot))))
  return {
    sold: sold.filter((slot) => !keys.has(keyOf(spanOf(slot)))),
    closing: open.filter((slot) => slot.taken === 0 && !keys.has(keyOf(spanOf(slot)))).length,
    opening: wanted.filter((span) => !openKeys.has(keyOf(span))).length,
  }
}

/** `3 slots that are sold would not be on offer any more; they stay sold.` */
export function sentencesOf({ sold, closing, opening }: Effect): readonly string[] {
  const sentences: string[] = []
  if (sold.length > 0) {
    sentences.push(
      sold.length === 1
        ? '1 slot that is sold would not be on offer any more; it stays sold.'
        : `${sold.length} slots that are sold would not be on offer any more; they stay sold.`,
    )
  }
  if (closing > 0) sentences.push(`${count(closing, 'free slot')} would be closed.`)
  if (opening > 0) sentences.push(`${count(opening, 'slot')} would be new.`)
  return sentences.length === 0 ? ['No slot would change.'] : sentences
}

export function count(figure: number, thing: string): string {
  return `${figure.toLocaleString('en-GB')} ${thing}${figure === 1 ? '' : 's'}`
}

function spanOf({ from, to }: Slot): Span {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) }
}

function contains({ fromMs, toMs }: Span, slot: Slot): boolean {
  return fromMs <= Date.parse(slot.from) && Date.parse(slot.to) <= toMs
}

function keyOf({ fromMs, toMs }: Span): string {
  return `${fromMs}-${toMs}`
}
