/**
 * What the processes behind one port know of each other: the one that answers /metrics shows the
 * figures of all. How they exchange them is for the layer above.
 */

/** The figures of one process, in a form that can be sent as JSON. */
export type Figures = readonly object[]

export interface Siblings {
  /** Which of the processes this one is, from 1 up: the label `worker` of its series. */
  readonly worker: number
  /** Sets the function by which the others read this process's figures. */
  offer(read: () => Promise<Figures>): void
  /** The figures of the others; those that do not come in time are left out. */
  figures(): Promise<readonly Figures[]>
}
