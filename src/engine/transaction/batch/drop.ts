/** Callers who are answered without their command being run: they gave up, or have waited long enough. */
import { HoldfastError } from '../../../domain/errors.js'
import type { DropReason, EngineObserver } from '../../observer.js'
import { gaveUp } from '../runner.js'
import type { QueueBounds, Waiting } from './queue.js'

interface DropOptions {
  readonly queue: QueueBounds
  readonly observer: Required<EngineObserver>
}

/** True when nothing is to be done any more for the caller, who has been answered. */
export function isDropped(
  each: Waiting,
  nowMs: number,
  { queue: bounds, observer }: DropOptions,
): boolean {
  if (each.lockedSinceMs !== undefined && nowMs - each.lockedSinceMs > bounds.lockWaitMsMax) {
    each.reject(new HoldfastError('contention', 'gave up waiting for a lock'))
    return true
  }
  const why = reasonToDrop(each, nowMs, bounds.ageMsMax)
  if (why === undefined) return false
  observer.dropped(why)
  each.reject(
    why === 'gave_up'
      ? gaveUp()
      : new HoldfastError('overloaded', `waited longer than ${bounds.ageMsMax} ms`),
  )
  return true
}

function reasonToDrop(
  { signal, sinceMs }: Waiting,
  nowMs: number,
  ageMsMax: number,
): DropReason | undefined {
  if (signal?.aborted) return 'gave_up'
  return nowMs - sinceMs > ageMsMax ? 'too_old' : undefined
}
