/**
 * What the lab's server tells its page, as plain data. This file imports nothing, so that the page can
 * read it: the two share these words and nothing else.
 */

/** What can be raced, and how. */
export interface Choices {
  readonly scenarios: readonly ScenarioChoice[]
  readonly strategies: readonly StrategyChoice[]
  readonly chaos: readonly string[]
  readonly version: string
}

export interface ScenarioChoice {
  readonly name: string
  readonly about: string
  readonly unit: string
  readonly place: string
  readonly clients: number
  readonly units: number
  readonly thinkMs: number
}

export interface StrategyChoice {
  readonly name: string
  readonly idea: string
  /** False: a control, with a mistake that was made on purpose. */
  readonly safe: boolean
}

/** A race as the page asks for it: the flags of `holdfast compare`, by their names in JSON. */
export interface RaceRequest {
  readonly scenario?: string
  readonly strategies?: readonly string[]
  readonly clients?: number
  readonly servers?: number
  readonly rooms?: number
  readonly thinkMs?: number
  readonly connections?: number
  readonly seed?: number
  readonly rate?: number
  readonly isolation?: string
  readonly chaos?: readonly string[]
}

export type RunPhase = 'racing' | 'replaying' | 'over' | 'stopped' | 'failed'

/** One run: the strategies race one after the other, and each has a track. */
export interface Run {
  readonly id: number
  readonly phase: RunPhase
  readonly scenario: string
  readonly about: string
  readonly unit: string
  readonly place: string
  readonly seed: number
  /** The same race in a terminal. */
  readonly command: string
  /** What is being prepared; empty while clients race. */
  readonly note: string
  /** Why it failed, in a sentence. */
  readonly fault?: string
  readonly tracks: readonly Track[]
  /** ISO 8601. */
  readonly startedAt: string
  readonly ground: string
}

export interface Track extends StrategyChoice {
  readonly phase: 'waiting' | 'racing' | 'over'
  readonly clients: number
  readonly servers: number
  /** About ten a second; of a long race fewer. */
  readonly frames: readonly Frame[]
  readonly verdict?: TrackVerdict
}

/** One look at a race under way. */
export interface Frame {
  readonly atMs: number
  /** From 0 to 1. */
  readonly progress: number
  readonly pools: readonly PoolFrame[]
  readonly inFlight: number
  readonly serversAlive: number
  readonly clientsDone: number
  readonly reserved: number
  readonly refused: number
  readonly conflicts: number
  readonly retries: number
  readonly unknown: number
  /** Reservations of the past second. */
  readonly perSecond: number
  /** Latencies of the past second. */
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface PoolFrame {
  readonly name: string
  readonly capacity: number
  readonly sold: number
  /** Sold beyond the capacity. */
  readonly over: number
}

export type Verdict = 'ok' | 'violation' | 'inconclusive'

export interface TrackVerdict {
  readonly verdict: Verdict
  readonly sentences: readonly string[]
  readonly reservedPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly elapsedMs: number
  /** By the database's rows: what clients were told may be less. */
  readonly pools: readonly PoolFrame[]
  readonly stories: readonly Story[]
  /** The first story's meeting under this strategy and under others. */
  readonly replays: readonly ForcedReplay[]
}

export interface Story {
  readonly name: string
  readonly count: number
  readonly means: string
  readonly sentence: string
  readonly requests: readonly StoryRequest[]
  readonly folded: readonly StoryRequest[]
  readonly facts: readonly string[]
  readonly steps: readonly StoryStep[]
}

export interface StoryRequest {
  readonly client: number
  readonly request: string
  readonly answer: string
  readonly outcome: 'ok' | 'refused' | 'conflict' | 'unknown'
  readonly fromMs: number
  readonly toMs: number | null
}

export interface StoryStep {
  readonly request: number
  readonly kind: 'asks' | 'reads' | 'writes' | 'answer'
  readonly does: string
  readonly atMs: number
  readonly exact: boolean
}

export interface ForcedReplay extends Omit<StrategyChoice, 'name'> {
  readonly strategy: string
  readonly callers: readonly [ForcedCaller, ForcedCaller]
  readonly left: number
  readonly steps: readonly ForcedStep[]
  readonly answers: readonly [string, string]
  readonly sold: number
}

export interface ForcedCaller {
  readonly name: string
  readonly quantity: number
}

export interface ForcedStep {
  readonly who: 0 | 1
  readonly does: string
  readonly waits: boolean
  readonly statements: readonly {
    readonly sql: string
    readonly values: readonly string[]
    readonly answer: string
  }[]
  readonly pool: { readonly taken: number; readonly version: number; readonly sold: number }
}

/** What the judges found in a history that somebody dropped on the page. */
export interface JudgedFile {
  readonly name: string
  readonly scenario: string
  readonly strategy: string
  readonly seed: number
  readonly verdict: Verdict
  readonly sentences: readonly string[]
  readonly requests: number
  readonly stories: readonly Story[]
  /** The first story's meeting under its strategy and under others; none where that is not known. */
  readonly replays: readonly ForcedReplay[]
  /** A sentence; left out where there is SQL, or nothing to tell. */
  readonly whyNoSql?: string
}
