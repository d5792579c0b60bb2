/** How a key reads. */
const KEY = /^hf_([0-9a-f]{12})_[\w-]{43}$/

/** Where a key's row is; undefined for text that cannot be a key. */
export function prefixOf(key: string): string | undefined {
  return KEY.exec(key)?.[1]
}
