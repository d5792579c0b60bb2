/**
 * Memories with a bound, for what can be looked up again: a full one forgets its oldest entry for
 * each new one. Reading an entry does not make it younger.
 */

/**
 * A `Map` with at most `entriesMax` entries.
 *
 * @example
 * const poolOfHotel = new BoundedMap<string, string>(10_000)
 */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #entriesMax: number

  /** @param entriesMax at least 1 */
  constructor(entriesMax: number) {
    super()
    this.#entriesMax = entriesMax
  }

  override set(key: Key, value: Value): this {
    makeRoom(this, key, this.#entriesMax)
    return super.set(key, value)
  }
}

/** A `Set` with at most `entriesMax` entries. */
export class BoundedSet<Key> extends Set<Key> {
  readonly #entriesMax: number

  /** @param entriesMax at least 1 */
  constructor(entriesMax: number) {
    super()
    this.#entriesMax = entriesMax
  }

  override add(key: Key): this {
    makeRoom(this, key, this.#entriesMax)
    return super.add(key)
  }
}

function makeRoom<Key>(memory: Map<Key, unknown> | Set<Key>, key: Key, entriesMax: number): void {
  if (memory.size < entriesMax || memory.has(key)) return
  const oldest = memory.keys().next()
  if (!oldest.done) memory.delete(oldest.value)
}
