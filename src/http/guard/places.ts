/** How many of something each caller has at once: streams by key, sockets by address. */

export interface CallerPlaces {
  /** @returns a function that gives the place back, once; undefined when the caller has as many as allowed */
  enter(caller: string): (() => void) | undefined
}

/** @param eachMax how many places one caller may have at once */
export function countPlaces(eachMax: number): CallerPlaces {
  const taken = new Map<string, number>()
  return {
    enter(caller) {
      const before = taken.get(caller) ?? 0
      if (before >= eachMax) return undefined
      taken.set(caller, before + 1)
      let counted = true
      return () => {
        if (!counted) return
        counted = false
        const left = (taken.get(caller) ?? 1) - 1
        if (left > 0) taken.set(caller, left)
        else taken.delete(caller)
      }
    },
  }
}
