/** The time between a server's decision to stop and its end: it says so, and begins nothing long. */

export interface Draining {
  readonly begun: boolean
  /**
   * Runs `work` when draining begins, or at once if it has.
   *
   * @returns takes it back
   */
  onBegin(work: () => void): () => void
  begin(): void
}

export function createDraining(): Draining {
  let begun = false
  const works = new Set<() => void>()
  return {
    get begun() {
      return begun
    },
    onBegin(work) {
      if (begun) work()
      else works.add(work)
      return () => works.delete(work)
    },
    begin() {
      begun = true
      for (const work of works) work()
      works.clear()
    },
  }
}
