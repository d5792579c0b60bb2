/**
 * Expires overdue holds of one listing: many in one transaction, whoever wants them gone, the sweeper
 * or a caller whose units they keep. One that cannot be expired, because somebody keeps its row locked
 * or repaired a counter wrongly, is found by halving and set aside; the others are expired.
 */

import { BY_SYSTEM } from '../../domain/journal.js'
import { isLockTimeout } from '../retry.js'
import { isOfTheDatabase, type SetAside } from '../upkeep/set-aside.js'
import type { KeyedCommand } from './keyed-command.js'
import { type RunnerOptions, runTogether } from './runner.js'

/** How many holds one transaction expires; where others are faster again and again, half as many. */
export const EXPIRED_TOGETHER_MAX = 500

/** What is lost at each attempt is lost for everybody who waits behind it. */
const ATTEMPTS_MAX = 4
/** A row that is locked for longer is somebody's at a prompt, and keeps the other holds from going. */
const PATIENCE_MS = 250
const LOCKED = new Error('somebody keeps its row or its pool locked')

export interface Expiry {
  /** Holds that could not be expired, and are left alone for a while. */
  setAside(): string[]
  /**
   * @param holds at most `EXPIRED_TOGETHER_MAX`
   * @returns how many of the holds are over now; the others are set aside
   * @throws HoldfastError `database_unavailable`, `overloaded` or `outcome_unknown`, which say nothing
   * of any one hold
   */
  expire(listingId: string, holds: readonly string[]): Promise<number>
}

export function createExpiry(options: RunnerOptions, failing: SetAside): Expiry {
  const { bounds } = options
  const running = {
    ...options,
    bounds: { ...bounds, attemptsMax: Math.min(bounds.attemptsMax, ATTEMPTS_MAX) },
  }

  /** Waits a moment for locks; then it runs those that nobody is in the way of. */
  async function runAll(listingId: string, holds: readonly string[]) {
    const commands = holds.map(expiryOf)
    const lockTimeoutMs = PATIENCE_MS
    try {
      return (await runTogether(running, listingId, commands, { lockTimeoutMs })).value
    } catch (error) {
      if (!isLockTimeout(error)) throw error
      const manners = { lockTimeoutMs, skipLocked: true }
      return (await runTogether(running, listingId, commands, manners)).value
    }
  }

  async function expire(listingId: string, holds: readonly string[]): Promise<number> {
    if (holds.length === 0) return 0
    try {
      const value = await runAll(listingId, holds)
      let expired = 0
      for (const [i, hold] of holds.entries()) {
        if (value[i]?.kind === 'locked') failing.failed(hold, cannotExpire(listingId, hold, LOCKED))
        else {
          expired += 1
          failing.succeeded(hold)
        }
      }
      return expired
    } catch (error) {
      if (isOfTheDatabase(error)) throw error
      const [hold = ''] = holds
      if (holds.length > 1) {
        const half = Math.ceil(holds.length / 2)
        return (
          (await expire(listingId, holds.slice(0, half))) +
          (await expire(listingId, holds.slice(half)))
        )
      }
      failing.failed(hold, cannotExpire(listingId, hold, error))
      return 0
    }
  }

  return {
    setAside: () => failing.ids(),
    expire,
  }
}

function expiryOf(reservationId: string): KeyedCommand {
  return { command: { kind: 'expire', reservationId }, pin: undefined, by: BY_SYSTEM }
}

function cannotExpire(listingId: string, hold: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new Error(
    `the overdue hold ${hold} of listing ${listingId} cannot be expired (${why}); it keeps its units and is tried again later; holdfast audit --listing ${listingId} shows what is wrong`,
    { cause },
  )
}
