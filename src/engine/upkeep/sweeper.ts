/**
 * Tidies overdue holds away, closes blocks at their cut-off and forgets old answers, so that tables
 * stay small and pages show what is free. A hold past its time is over whether or not it was swept,
 * and nobody picks up from a block past its cut-off; what it did not use waits for the sweeper.
 *
 * Any number of servers may sweep side by side: a transition happens once, whoever comes first.
 */

import type { Database } from '../../storage/driver/database.js'
import { deleteOldAnswers } from '../../storage/tables/answers.js'
import { findOverdue } from '../../storage/tables/reservations.js'
import type { Engine } from '../engine.js'
import { sweepBlocks } from '../sale/block-release.js'

export interface SweeperOptions {
  readonly db: Database
  readonly engine: Engine
  /** Pause between two rounds, in milliseconds; default 1,000. Drawn anew each time, by up to half. */
  readonly everyMs?: number
  /** How long an answer is kept for its key, in seconds; default 86,400. */
  readonly answersKeptSeconds?: number
  /** Told when a round failed; the next one tries again. */
  readonly onError?: (error: unknown) => void
}

export interface Sweeper {
  /** Resolves when the round under way has ended; no other one begins. */
  stop(): Promise<void>
}

const BATCH = 200
const EVERY_MS = 1_000
const DAY_SECONDS = 86_400

export function startSweeper(options: SweeperOptions): Sweeper {
  const { db, engine, everyMs = EVERY_MS, onError = () => {} } = options
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let round: Promise<void> = Promise.resolve()

  const schedule = () => {
    if (stopped) return
    timer = setTimeout(begin, everyMs * (1 + Math.random() / 2))
    timer.unref()
  }
  const begin = () => {
    round = expireOverdue(db, engine)
      .then(() => sweepBlocks({ db, engine }))
      .then(() => deleteOldAnswers(db, options.answersKeptSeconds ?? DAY_SECONDS))
      .catch(onError)
      .then(schedule)
  }
  schedule()
  return {
    stop() {
      stopped = true
      clearTimeout(timer)
      return round
    },
  }
}

/**
 * One round: tidies away every hold that is overdue now.
 *
 * @returns how many holds were found overdue
 */
export async function expireOverdue(db: Database, engine: Pick<Engine, 'expire'>): Promise<number> {
  for (let found = 0; ; ) {
    const overdue = await findOverdue(db, BATCH)
    for (const { listingId, reservationId } of overdue) {
      await engine.expire(listingId, reservationId)
    }
    found += overdue.length
    if (overdue.length < BATCH) return found
  }
}
