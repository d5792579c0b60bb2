import { place } from '../../shared/route.js'
import { hrefWith } from '../hrefs.js'
import './pager.css'

interface PagerProps {
  /** `next_cursor` of the page that is shown. */
  readonly next: string | null
  /** The name of the cursor in the address; another one for a second list on one page. */
  readonly name?: string
  /** What is listed: `refunds`. */
  readonly what: string
}

/** The cursor that the address asks for. */
export function cursorOf(name = 'cursor'): { readonly cursor?: string } {
  const cursor = place.value.query.get(name)
  return cursor === null ? {} : { cursor }
}

/** Leads to the next page of a list and back to its first; the browser's own way back leads to the one before. */
export function Pager({ next, name = 'cursor', what }: PagerProps) {
  const isFirst = !place.value.query.has(name)
  if (isFirst && next === null) return null
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      {isFirst ? <span /> : <a href={hrefWith({ [name]: undefined })}>Back to the first page</a>}
      {next !== null && (
        <a class="button" href={hrefWith({ [name]: next })}>
          More {what}
        </a>
      )}
    </nav>
  )
}
