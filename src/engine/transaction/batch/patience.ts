/** How long a transaction may take before whoever is behind it takes it for stuck. */

/** A transaction that takes longer than usual by this factor, and than the bound below, is stuck. */
const STUCK_FACTOR = 5
const BOUNDS_MS = { least: 50, most: 1_000 } as const
/** The weight of the newest transaction in the usual duration. */
const NEWEST_WEIGHT = 0.1

/** Learns from what transactions take. */
export class Patience {
  #usualMs = 0

  get ms(): number {
    return Math.min(BOUNDS_MS.most, Math.max(BOUNDS_MS.least, STUCK_FACTOR * this.#usualMs))
  }

  /** @param tookMs how long a transaction took that came to an answer */
  note(tookMs: number): void {
    this.#usualMs += NEWEST_WEIGHT * (Math.min(tookMs, this.ms) - this.#usualMs)
  }
}
