/** Many clients want random ranges of one court, and what they were told is held against a model. */
import type { Span } from '../../../src/domain/time/schedule.js'
import { overlaps } from '../../../src/domain/time/slots.js'

/** What one client wanted, and what it was told; times are of one clock. */
export interface Told extends Span {
  readonly yes: boolean
  readonly askedAt: number
  readonly answeredAt: number
  /** When a cancel was asked for, and when it was answered; never without one. */
  cancelAskedAt: number
  cancelledAt: number
}

export const HOUR_MS = 3_600_000

/** Half-hour steps within one day, half an hour to two hours long. */
export function randomRange(dayMs: number, random: () => number): Span {
  const steps = 1 + Math.floor(random() * 4)
  const fromMs = dayMs + Math.floor(random() * (48 - steps)) * (HOUR_MS / 2)
  return { fromMs, toMs: fromMs + steps * (HOUR_MS / 2) }
}

/** Pairs of which both were told yes although neither had been given back before the other had it. */
export function doubleBookings(history: readonly Told[]): [Told, Told][] {
  const yes = history.filter((each) => each.yes)
  return yes.flatMap((one, i) =>
    yes
      .slice(i + 1)
      .filter((other) => overlaps(one, other))
      // Each is surely had from its answer until its cancel is asked for.
      .filter(
        (other) =>
          Math.max(one.answeredAt, other.answeredAt) <
          Math.min(one.cancelAskedAt, other.cancelAskedAt),
      )
      .map((other): [Told, Told] => [one, other]),
  )
}

/** Those who were refused although nobody can have had any of their time while they asked. */
export function unjustified(history: readonly Told[]): Told[] {
  return history.filter(
    (refused) =>
      !refused.yes &&
      !history.some(
        (other) =>
          other.yes &&
          overlaps(refused, other) &&
          // Somebody may have it from when it was asked for until the cancel was answered.
          other.askedAt <= refused.answeredAt &&
          other.cancelledAt >= refused.askedAt,
      ),
  )
}
