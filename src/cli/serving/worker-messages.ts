/** The messages between the primary process and its workers. */
import type { learn } from '../../engine/lineages.js'
import type { Figures } from '../../http/metrics/siblings.js'
import type { ServedMailbox } from './mail.js'

type Lineage = Parameters<typeof learn>[0]

/** The first message to a worker. It reads the rest of the configuration by itself. */
export interface WorkerOrders {
  readonly kind: 'serve'
  /** From 1 up; a worker that replaces it has the same number. */
  readonly worker: number
  readonly databaseUrl: string
  readonly connections: number
  readonly port: number
  /** What Evento's face sells while HOLDFAST_EVENTO is off. */
  readonly eventoListingIds: readonly string[]
  readonly storefrontKey: string | undefined
  /** The demo's mailbox, in the primary. */
  readonly mailbox: ServedMailbox | undefined
  readonly maintains: boolean
  /** The timelines of the database that its primary has met: the worker refuses lower ones. */
  readonly lineages: readonly Lineage[]
}

/** Somebody has met a higher timeline than before: an old primary is refused everywhere. */
export interface LineageMessage {
  readonly kind: 'lineage'
  readonly lineage: Lineage
}

export type ToWorker =
  | WorkerOrders
  | LineageMessage
  | { readonly kind: 'stop'; readonly signal: 'SIGTERM' | 'SIGINT' }
  /** Another worker has taken its place. */
  | { readonly kind: 'retire' }
  /** Asks the worker for its own figures. */
  | { readonly kind: 'send-figures'; readonly question: number }
  /** The figures of the other workers, for which the worker asked. */
  | {
      readonly kind: 'figures'
      readonly question: number
      readonly figures: readonly Figures[]
    }

export type FromWorker =
  | LineageMessage
  /** The first message: the worker listens to the primary from now on. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'listening'; readonly address: string }
  | { readonly kind: 'failed'; readonly why: string }
  /** Its own figures, for which the primary asked. */
  | { readonly kind: 'own-figures'; readonly question: number; readonly figures: Figures }
  /** Asks for the figures of the other workers. */
  | { readonly kind: 'ask-figures'; readonly question: number }
