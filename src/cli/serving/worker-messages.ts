/** What the primary process and its workers say to each other. */
import type { Figures } from '../../http/metrics/siblings.js'

/** What a worker is told when it is forked. The rest of the configuration it reads by itself. */
export interface WorkerOrders {
  readonly say: 'serve'
  /** From 1 up; whoever takes its place has the same. */
  readonly worker: number
  readonly databaseUrl: string
  readonly connections: number
  readonly port: number
  readonly maintains: boolean
}

export type ToWorker =
  | WorkerOrders
  | { readonly say: 'stop'; readonly signal: 'SIGTERM' | 'SIGINT' }
  /** Another one has taken its place. */
  | { readonly say: 'retire' }
  /** Asks for its own figures. */
  | { readonly say: 'tell-figures'; readonly question: number }
  /** Those of the others, as it had asked. */
  | {
      readonly say: 'figures'
      readonly question: number
      readonly figures: readonly Figures[]
    }

export type FromWorker =
  /** The first word: from now on it listens to the primary. */
  | { readonly say: 'ready' }
  | { readonly say: 'listening'; readonly address: string }
  | { readonly say: 'failed'; readonly why: string }
  /** Its own, as the primary had asked. */
  | { readonly say: 'own-figures'; readonly question: number; readonly figures: Figures }
  /** Asks for those of the others. */
  | { readonly say: 'ask-figures'; readonly question: number }
