import type { Listing } from 'holdfast/client'
import type { ComponentType } from 'preact'

/** What a page is given. */
export interface PageProps {
  /** The one that the reader chose. */
  readonly listing: Listing
  /** What stands where the path has a `:name`. */
  readonly params: Readonly<Record<string, string>>
}

interface Entry {
  /** Below `/staff`, without a slash in front: `refunds`, `reservation/:id`. */
  readonly path: string
  /** In the navigation. */
  readonly name: string
  readonly group: Group
  /** True for what one comes to from other pages: it is no part of the navigation. */
  readonly isHidden?: boolean
  /** True: shown to an admin alone. */
  readonly needsAdmin?: boolean
}

/** Most pages are about one listing. */
interface ListingPage extends Entry {
  readonly about?: 'listing'
  readonly component: ComponentType<PageProps>
}

/** Keys and the like: about the whole shop. */
interface ShopPage extends Entry {
  readonly about: 'shop'
  readonly component: ComponentType<Pick<PageProps, 'params'>>
}

export type StaffPage = ListingPage | ShopPage

export const GROUPS = ['Desk', 'Stock', 'Office'] as const
export type Group = (typeof GROUPS)[number]
