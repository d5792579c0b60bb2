/** Two requests that meet: what a replay repeats. */
export interface ForcedMeeting {
  /** Who asks, as people call them, and for how many units; the first one begins. */
  readonly callers: readonly [ForcedCaller, ForcedCaller]
  /** How many units are left for both of them. */
  readonly left: number
}

export interface ForcedCaller {
  readonly name: string
  readonly quantity: number
}
