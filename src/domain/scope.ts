/** What an API key may do, and for how many listings one is made. Nothing here asks for a schema: the library's types stay free of one. */

/**
 * | scope | may |
 * |---|---|
 * | `admin` | everything, on every listing |
 * | `seller` | everything on its own listings; those that it creates become its own |
 * | `storefront` | public: look at what is on sale and what is left, hold, act on a reservation whose token it has; confirm only where the listing is free |
 */
export type Scope = (typeof SCOPES)[number]
export const SCOPES = ['admin', 'seller', 'storefront'] as const

/** As many listings as a key is created with, and as are shown with it. */
export const LISTINGS_PER_KEY_MAX = 100
