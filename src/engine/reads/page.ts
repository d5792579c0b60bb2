/** A part of a list: what comes behind one id, and how many. */
export interface Page {
  /** The id of the last one seen; undefined for the first page. */
  readonly after: string | undefined
  readonly limit: number
}
