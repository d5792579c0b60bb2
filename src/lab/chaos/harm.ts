/** What the kinds of chaos have in common. */

/** A server that can be killed. */
export interface Victim {
  readonly port: number
  readonly alive: boolean
}

/** Where harm is done. */
export interface Field {
  readonly servers: {
    /** Grows as servers are replaced. */
    readonly servers: readonly Victim[]
    /** Kills a server and starts another in its place; resolves when that one listens. */
    replace(server: Victim): Promise<unknown>
  }
  /** The database itself, past any network of ours. */
  readonly databaseUrl: string
  /** Ends all harm when it is aborted. */
  readonly signal: AbortSignal
}

/** One blow, as the report tells it. */
export interface Blow {
  /** What happened, in a few words. */
  readonly what: string
  /** When it is over: now, for most of them. */
  readonly over: Promise<unknown> | undefined
}

/** One kind of chaos at work on a field. */
export interface Harm {
  /** Between two blows, in milliseconds. */
  readonly pauseMs: { readonly min: number; readonly max: number }
  /** Strikes once; undefined when there was nothing to hit. */
  strike(): Promise<Blow | undefined>
  /** Lets go of what it holds. */
  end(): Promise<void>
}

/** Draws a whole number from `min` to `max`. */
export function between(random: () => number, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1))
}

/** Draws one; undefined when there is none. */
export function oneOf<Item>(random: () => number, items: readonly Item[]): Item | undefined {
  return items[Math.floor(random() * items.length)]
}
