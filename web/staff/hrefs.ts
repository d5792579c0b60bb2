/** Addresses of these pages. The listing that was chosen stays in each of them. */
import { place } from '../shared/route.js'

export const ROOT = '/staff'

type Query = Readonly<Record<string, string | undefined>>

/**
 * @param path below `/staff`, without a slash in front; empty for today
 * @param query beside the chosen listing; what is undefined or empty is left out
 *
 * @example
 * hrefOf(`reservation/${id}`) // /staff/reservation/…?listing=…
 */
export function hrefOf(path: string, query: Query = {}): string {
  const listing = place.value.query.get('listing') ?? undefined
  return withQuery(path === '' ? ROOT : `${ROOT}/${path}`, { listing, ...query })
}

/** The present address with some of its query set anew; undefined and empty values are taken out. */
export function hrefWith(query: Query): string {
  return withQuery(place.value.path, { ...Object.fromEntries(place.value.query), ...query })
}

function withQuery(path: string, query: Query): string {
  const pairs = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '',
  )
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs)}`
}
