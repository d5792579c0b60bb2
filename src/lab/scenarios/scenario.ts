/**
 * What clients race for, and what each of them does, as data. A scenario holds no code that talks to a
 * server: `visit.ts` does what its steps say, and draws everything random from the seed.
 */

import type { StrategyName } from '../../strategies/strategy.js'

export const SCENARIO_NAMES = ['evento', 'flash-sale', 'turf', 'checkout', 'cart', 'mixed'] as const

export type ScenarioName = (typeof SCENARIO_NAMES)[number]

export interface Scenario {
  readonly name: ScenarioName
  /** What it shows, in one sentence. */
  readonly about: string
  /** Whose wire format its clients speak. */
  readonly face: 'evento' | 'v1'
  readonly words: Words
  readonly defaults: ScenarioDefaults
  /** What is put on sale, with so many units in each pool: what `--rooms` says. */
  readonly sale: (units: number) => Sale
  /**
   * How many visits there are in all, given the units in each pool. Visit v is made by client v modulo the number
   * of clients. Undefined: every client comes again until nothing is left.
   */
  readonly visits?: (units: number) => number
  /** What one visit consists of. */
  readonly visit: readonly VisitStep[]
  /** True when units that are left over although somebody was refused are a fault by themselves. */
  readonly sellsOut: boolean
  /** True when the number of clients has to be even: they come in pairs. */
  readonly pairs?: true
  /** True when servers send customers mails, by a real SMTP server, and these are judged as well. */
  readonly mails?: true
  /** Every second server runs the first of these that is not raced; default all servers race one strategy. */
  readonly others?: readonly StrategyName[]
}

/** What people call things; a plural has an s. */
export interface Words {
  /** One of what is sold: Evento's room. */
  readonly unit: string
  /** What has units: Evento's hotel. */
  readonly place: string
}

/** For flags that are not given. */
export interface ScenarioDefaults {
  readonly clients: number
  readonly units: number
  readonly thinkMs: number
}

/** What is put on sale. */
export interface Sale {
  readonly listingId: string
  readonly name: string
  readonly resources: readonly {
    readonly resourceId: string
    readonly name: string
    /** True: one customer at a time, and all of its pools are slots. */
    readonly exclusive?: true
    readonly pools: readonly (PoolOnSale & { readonly slot?: SlotOnSale })[]
  }[]
}

interface PoolOnSale {
  readonly poolId: string
  readonly capacity: number
}

/** A time range in RFC 3339; it ends where the next one may begin. */
export interface SlotOnSale {
  readonly from: string
  readonly to: string
}

/** Whole numbers from `min` to `max`, each as likely as the others. */
export interface Range {
  readonly min: number
  readonly max: number
}

export interface Wants {
  /**
   * `first left`: the first pool of the last look that had something left; `any`: drawn from all;
   * `of the visit`: visits 0 and 1 want the first pool, 2 and 3 the second, and so on.
   */
  readonly pools: 'first left' | 'any' | 'of the visit'
  /** How many pools, a line for each. Default one. */
  readonly lines?: Range
  /** Of each pool. */
  readonly quantity: Range
  /** True: even visits list their lines upwards, odd ones downwards. */
  readonly opposing?: true
}

/**
 * One thing that a client does. Steps that act on a reservation are skipped when there is none: when
 * the visit was refused, or was not told what became of it.
 */
export type VisitStep =
  /** Asks what is left; when nothing is, the client has come for the last time. */
  | { readonly do: 'look' }
  | { readonly do: 'reserve'; readonly wants: Wants }
  | { readonly do: 'hold'; readonly wants: Wants; readonly seconds: Range }
  /** `twice`: two clicks in the same moment, each a request of its own, under a key of its own. */
  | { readonly do: 'confirm' | 'release' | 'cancel'; readonly twice?: true }
  | { readonly do: 'extend'; readonly seconds: Range }
  /** Pauses for up to the race's think time. */
  | { readonly do: 'think' }
  /** Waits until the hold's time is up. */
  | { readonly do: 'outlive' }
  /** Waits for the other client of the pair, so that both go on in the same moment. */
  | { readonly do: 'meet' }
  | { readonly do: 'one of'; readonly ways: readonly Way[] }

/** One of several ways to go on, drawn by weight. */
export interface Way {
  readonly weight: number
  readonly steps: readonly VisitStep[]
}

/** A pool with what people call it. */
export interface NamedPool extends PoolOnSale {
  readonly resourceId: string
  readonly name: string
}

/** Every pool of a sale, in its order. */
export function poolsOf({ resources }: Sale): readonly NamedPool[] {
  return resources.flatMap(({ resourceId, name, pools }) =>
    pools.map(({ poolId, capacity, slot }) => ({
      poolId,
      capacity,
      resourceId,
      name: slot === undefined ? name : `${name} ${slot.from.slice(0, 16).replace('T', ' ')}`,
    })),
  )
}

/** Pools of `capacity` each, on a resource of their own that is called by its name. */
export function onePoolEach(
  kind: number,
  names: readonly string[],
  capacity: number,
): Sale['resources'] {
  return names.map((name, i) => ({
    resourceId: fixedId(kind, 1000 + i),
    name,
    pools: [{ poolId: fixedId(kind, 1 + i), capacity }],
  }))
}

/** A UUID made of two numbers, so that ids are the same in every race. */
export function fixedId(kind: number, number: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
  return `${hex(kind, 8)}-0000-4000-8000-${hex(number, 12)}`
}
