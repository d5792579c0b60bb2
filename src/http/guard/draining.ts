/** Draining: the time between a server's decision to stop and its end, in which it begins nothing long. */

/** `stop`: the service ends. `retire`: another process has taken this one's place. */
export type DrainKind = 'stop' | 'retire'

export interface Draining {
  readonly begun: boolean
  /** True while this process drains because another one has taken its place. */
  readonly retiring: boolean
  /**
   * Runs `work` when draining begins, or at once if it has.
   *
   * @returns a function that removes `work` again
   */
  onBegin(work: () => void): () => void
  /** Only the first call counts. */
  begin(kind?: DrainKind): void
}

export function createDraining(): Draining {
  let begun: DrainKind | undefined
  const works = new Set<() => void>()
  return {
    get begun() {
      return begun !== undefined
    },
    get retiring() {
      return begun === 'retire'
    },
    onBegin(work) {
      if (begun !== undefined) work()
      else works.add(work)
      return () => works.delete(work)
    },
    begin(kind = 'stop') {
      begun ??= kind
      for (const work of works) work()
      works.clear()
    },
  }
}
