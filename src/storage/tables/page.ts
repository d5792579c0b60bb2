/** A part of a list: where it begins and how long it is. Ids rise from page to page. */
export interface Page {
  /** The last id of the page before; undefined for the first page. */
  readonly after: string | undefined
  readonly limit: number
}
