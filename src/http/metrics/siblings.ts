/**
 * What the processes behind one port know of each other: whichever is asked for figures tells those
 * of all. How they speak to each other is not this layer's.
 */

/** The figures of one process, in a form that can be sent as JSON. */
export type Figures = readonly object[]

export interface Siblings {
  /** Which of the processes this one is, from 1 up: the label `worker` of its series. */
  readonly worker: number
  /** Takes the means by which the others read this one's figures. */
  offer(read: () => Promise<Figures>): void
  /** Those of the others; what does not come in time is left out. */
  figures(): Promise<readonly Figures[]>
}
