/** What a fault is to the plan, and what one repetition of it came to. */

import type { Clusters } from './ground/clusters.js'
import type { Judgement } from './load/judge.js'

export interface Fault {
  /** As the plan and `--only` name it. */
  readonly id: string
  /** What is injected, in a few words for the table. */
  readonly injects: string
  /** How often in a run of each size. */
  readonly repetitions: { readonly quick: number; readonly whole: number }
  /** How often at once, before any other fault has a second turn; default once. */
  readonly together?: number
  /** Why it cannot be injected on this machine; undefined when it can. Default: it can. */
  readonly hindrance?: () => string | undefined
  /** Sets up what its repetitions share: a database and servers of its own. */
  open(ground: Ground): Promise<Scene>
}

/** What every fault of a run stands on. */
export interface Ground {
  readonly clusters: Clusters
  /** A name that no other scene of the run has. */
  sceneName(id: string): string
}

export interface Scene {
  /** One repetition. The same seed draws the same visits and the same moments of harm. */
  run(seed: number): Promise<Trial>
  /**
   * Takes everything down again.
   *
   * @returns what `holdfast audit` found wrong with the whole database, in sentences
   */
  end(): Promise<readonly string[]>
}

export interface Trial extends Judgement {
  /** Processes that were ended by SIGKILL: of the product, of PostgreSQL (a postmaster with its children is one). */
  readonly kills: number
  readonly failovers: number
  /** Mistakes made on purpose that were tried, and those of them that nobody noticed. */
  readonly mutants?: { readonly tried: readonly string[]; readonly missed: readonly string[] }
}

/** A repetition's harm, as it is counted. */
export type Blows = Partial<Pick<Trial, 'kills' | 'failovers' | 'wrong'>>
