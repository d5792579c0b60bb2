/** What the engine tells of its work while it does it, for figures. */
import type { AttemptOutcome } from '../notices/dispatcher.js'
import type { Backlog } from '../storage/every-listing-notices.js'
import type { Strategy } from '../strategies/strategy.js'

/** Why a command was dropped before anything was done for it. */
export type DropReason =
  /** Too many waited already. */
  | 'full'
  /** It had waited for too long. */
  | 'too_old'
  /** Whoever had asked was gone. */
  | 'gave_up'

/** Why a transaction is run again. */
export type RetryReason =
  /** Another caller was faster, by the strategy's word or by the database's. */
  | 'conflict'
  /** The connection was lost before COMMIT was sent: the database has rolled back. */
  | 'connection_lost'
  /** COMMIT got no answer; the command's key finds out what became of it. */
  | 'outcome_unknown'

/** Each is called in the middle of the work: it has to be quick, and must not throw. */
export interface EngineObserver {
  /** A batch of `size` commands begins; the oldest has waited for `waitedMs`. */
  batched?(size: number, waitedMs: number): void
  /** A transaction has the pools that it asked for, or was refused them, after `waitedMs`. */
  locked?(waitedMs: number): void
  /** A command was dropped. */
  dropped?(why: DropReason): void
  /** A transaction is run again, after the pause before it; once for each further attempt. */
  retried?(why: RetryReason): void
  /** A job of the upkeep could not do its work, or not for one row. */
  upkeepFailed?(job: string): void
  /** Somebody was told of an event, or was not: what came of one attempt. */
  delivered?(channel: string, outcome: AttemptOutcome): void
  /** How far what is told lags behind; every few seconds. */
  backlog?(backlog: Backlog): void
}

/** One that tells all of these; more may join them. */
export function observedBy(observers: readonly EngineObserver[]): Required<EngineObserver> {
  return {
    batched: (size, waitedMs) => {
      for (const each of observers) each.batched?.(size, waitedMs)
    },
    locked: (waitedMs) => {
      for (const each of observers) each.locked?.(waitedMs)
    },
    dropped: (why) => {
      for (const each of observers) each.dropped?.(why)
    },
    retried: (why) => {
      for (const each of observers) each.retried?.(why)
    },
    upkeepFailed: (job) => {
      for (const each of observers) each.upkeepFailed?.(job)
    },
    delivered: (channel, outcome) => {
      for (const each of observers) each.delivered?.(channel, outcome)
    },
    backlog: (backlog) => {
      for (const each of observers) each.backlog?.(backlog)
    },
  }
}

/** The same strategy, which tells how long it waited for its pools. */
export function timed(strategy: Strategy, { locked }: Required<EngineObserver>): Strategy {
  return {
    ...strategy,
    async take(tx, listingId, demands) {
      const askedMs = performance.now()
      try {
        return await strategy.take(tx, listingId, demands)
      } finally {
        locked(performance.now() - askedMs)
      }
    },
  }
}
