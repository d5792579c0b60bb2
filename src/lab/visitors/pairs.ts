/** Where the two clients of a pair wait for each other. */

export interface Pairs {
  /** Resolves when the other client of the pair is here too, or will never be. */
  meet(client: number): Promise<void>
  /** The client has gone for good: nobody waits for it any more. */
  leave(client: number): void
}

/** Clients 0 and 1 are a pair, 2 and 3 another one, and so on. */
export function createPairs(): Pairs {
  const waiting = new Map<number, () => void>()
  const gone = new Set<number>()
  const pairOf = (client: number) => Math.floor(client / 2)

  function release(pair: number): boolean {
    const resolve = waiting.get(pair)
    waiting.delete(pair)
    resolve?.()
    return resolve !== undefined
  }

  return {
    async meet(client) {
      const pair = pairOf(client)
      if (gone.has(pair) || release(pair)) return
      await new Promise<void>((resolve) => waiting.set(pair, resolve))
    },
    leave(client) {
      const pair = pairOf(client)
      gone.add(pair)
      release(pair)
    },
  }
}
