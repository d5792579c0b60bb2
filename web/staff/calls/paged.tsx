import type { ComponentChildren } from 'preact'
import { cursorOf, Pager } from './pager.js'
import { Shown } from './shown.js'
import { type Answered, type Resource, type ResourceOptions, useResource } from './use-resource.js'

interface PageOf<Item> {
  readonly items: readonly Item[]
  readonly next_cursor: string | null
}

export interface PagedList<Item> extends Resource<PageOf<Item>> {
  readonly cursorName: string
}

interface PagedOptions extends ResourceOptions {
  /** Rows of a page; default 50. */
  readonly limit?: number
  /** Of the cursor in the address; another one for a second list on one page. Default `cursor`. */
  readonly cursorName?: string
}

/**
 * The page of a list that the address asks for.
 *
 * @param key names the list; its page need not be in it
 * @param load has to give both on to the client
 *
 * @example
 * const keys = usePaged('keys', (page, signal) => client.keys.list(page, { signal }))
 */
export function usePaged<Item>(
  key: string,
  load: (
    page: { readonly limit: number; readonly cursor?: string },
    signal: AbortSignal,
  ) => Promise<Answered<PageOf<Item>>>,
  { limit = 50, cursorName = 'cursor', ...options }: PagedOptions = {},
): PagedList<Item> {
  const page = { limit, ...cursorOf(cursorName) }
  const list = useResource(`${key} ${page.cursor ?? ''}`, (signal) => load(page, signal), options)
  return { ...list, cursorName }
}

interface PagedProps<Item> {
  readonly of: PagedList<Item>
  /** What is listed: `refunds`. */
  readonly what: string
  /** What stands there while the list is empty. */
  readonly none: ComponentChildren
  readonly children: (items: readonly Item[]) => ComponentChildren
}

/** A page of a list, with the way to the next one. */
export function Paged<Item>({ of, what, none, children }: PagedProps<Item>) {
  return (
    <Shown of={of} what={`the ${what}`}>
      {({ items, next_cursor }) => (
        <>
          {items.length === 0 ? none : children(items)}
          <Pager next={next_cursor} what={what} name={of.cursorName} />
        </>
      )}
    </Shown>
  )
}
