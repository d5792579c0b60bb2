/** What clients ask for, whichever way they come in. */

export interface Work {
  readonly listingId: string
  /** Where a client's unit is drawn from, each time anew; a pool may be listed more than once. */
  readonly poolIds: readonly string[]
  /** The resource of each entry of `poolIds`; Evento's face asks for these. */
  readonly resourceIds: readonly string[]
  /** Lines of a reservation, each with one unit of a pool of its own. */
  readonly linesEach: number
  /** Holds first and confirms then: two commands, counted as one answer. */
  readonly confirms: boolean
  /** A dispatcher in the measured process tells of what is written; default none. */
  readonly dispatches?: boolean
}

/** The answer that says yes. */
export const RESERVED: readonly string[] = ['200']
/** Every definite answer, a refusal too. */
export const DEFINITE: readonly string[] = ['200', '409']
