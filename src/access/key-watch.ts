/**
 * Watches keys that are in use for long, as a live stream's is: a request is over before its key's
 * revocation could matter, a stream is not.
 */

export interface KeyWatch {
  /**
   * Calls `onRevoked`, once, when the key works no more: at once if this process has revoked it, else
   * within a second.
   *
   * @returns a function that ends the watch
   */
  watch(keyId: string, onRevoked: () => void): () => void
  /** Looks now: a key may have been revoked. */
  look(): void
}

export interface KeyWatchOptions {
  /** Which of the keys work. */
  readonly working: (keyIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** Called with each key that works no more, before those who watch it. */
  readonly onRevoked: (keyId: string) => void
  /** Told when it could not be found out; the watch goes on. */
  readonly onError: (error: unknown) => void
}

/** With the time that a look takes it is well within the second that is promised. */
const LOOK_EVERY_MS = 500

/** The database is asked for all keys together, and only while somebody watches. */
export function createKeyWatch({ working, onRevoked, onError }: KeyWatchOptions): KeyWatch {
  const watched = new Map<string, Set<() => void>>()
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let again = false

  async function look(): Promise<void> {
    looking = true
    do {
      again = false
      try {
        const keyIds = [...watched.keys()]
        const good = await working(keyIds)
        for (const keyId of keyIds) if (!good.has(keyId)) end(keyId)
      } catch (error) {
        onError(error)
      }
    } while (again)
    looking = false
  }

  function end(keyId: string): void {
    const listeners = watched.get(keyId) ?? []
    forget(keyId)
    onRevoked(keyId)
    for (const listener of listeners) listener()
  }

  function forget(keyId: string): void {
    watched.delete(keyId)
    if (watched.size === 0) clearInterval(timer)
  }

  function lookSoon(): void {
    if (watched.size === 0) return
    if (looking) again = true
    else void look()
  }

  return {
    watch(keyId, hear) {
      const listeners = watched.get(keyId) ?? new Set()
      if (watched.size === 0) timer = setInterval(lookSoon, LOOK_EVERY_MS).unref()
      watched.set(keyId, listeners)
      const listener = () => hear()
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && watched.get(keyId) === listeners) forget(keyId)
      }
    },
    look: lookSoon,
  }
}
