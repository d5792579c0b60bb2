/** How many streams of availability are open, and whether another one may be. */

export interface StreamCount {
  readonly open: number
  /** Counts a stream in. @returns a function that counts it out, once; undefined when too many are open */
  enter(): (() => void) | undefined
}

/** @param max streams open at once */
export function countStreams(max: number): StreamCount {
  let open = 0
  return {
    get open() {
      return open
    },
    enter() {
      if (open >= max) return undefined
      open += 1
      let counted = true
      return () => {
        if (counted) open -= 1
        counted = false
      }
    },
  }
}
