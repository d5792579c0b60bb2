/** The address of the page as a signal, and moves to another one without loading it anew. */
import { signal } from '@preact/signals'

/** What stands in the address bar. */
export interface Place {
  readonly path: string
  readonly query: URLSearchParams
}

const read = (): Place => ({
  path: window.location.pathname,
  query: new URLSearchParams(window.location.search),
})

/** Where the reader is; read it in a component to be drawn again when that changes. */
export const place = signal<Place>(read())

window.addEventListener('popstate', () => {
  place.value = read()
})

/** Goes to an address of the same set of pages. With `replace` the way back skips the present one. */
export function go(href: string, { replace = false } = {}): void {
  if (replace) window.history.replaceState(null, '', href)
  else window.history.pushState(null, '', href)
  place.value = read()
  if (!replace) window.scrollTo(0, 0)
}

/** Takes clicks on plain links of these pages; put it on the element around all of them. */
export function followLinks(event: MouseEvent, isOurs: (path: string) => boolean): void {
  const link = (event.target as Element).closest('a')
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey
  if (link === null || !isPlain || event.defaultPrevented || link.target !== '') return
  if (link.origin !== window.location.origin || link.hasAttribute('download')) return
  if (!isOurs(link.pathname)) return
  event.preventDefault()
  go(link.href)
}
