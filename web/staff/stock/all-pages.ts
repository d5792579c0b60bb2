/** Lists that a page needs whole, and calls of which only a few are under way at once. */
import type { Listing, Resource } from 'holdfast/client'
import { client } from '../api.js'
import type { Answered } from '../calls/use-resource.js'

const AT_ONCE = 6
const PAGE = 200

/** Every item of a list, page by page. */
export async function allOf<Item>(
  list: (query: {
    limit: number
    cursor?: string
  }) => Promise<Answered<{ readonly items: readonly Item[]; readonly next_cursor: string | null }>>,
): Promise<Answered<readonly Item[]>> {
  const items: Item[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    if (!page.ok) return page
    items.push(...page.value.items)
    if (page.value.next_cursor === null) return { ok: true, value: items }
    cursor = page.value.next_cursor
  }
}

export function allResources(
  { id }: Pick<Listing, 'id'>,
  signal: AbortSignal,
): Promise<Answered<readonly Resource[]>> {
  return allOf((query) => client.resources.list(id, query, { signal }))
}

/** What each comes to, in their order. */
export async function eachOf<Item, Value>(
  items: readonly Item[],
  work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values: Value[] = []
  const queue = items.map((item, index) => ({ item, index }))
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      values[next.index] = await work(next.item)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return values
}
