import type { Listing } from 'holdfast/client'

/** What a page is given. */
export interface PageProps {
  /** The one that the reader chose. */
  readonly listing: Listing
  /** What stands where the path has a `:name`. */
  readonly params: Readonly<Record<string, string>>
}
