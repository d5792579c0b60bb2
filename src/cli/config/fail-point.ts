/**
 * A place in a transaction at which the process kills itself, as in a crash. Tests use it to see what
 * a server leaves behind when it ends in the middle of something.
 */
import type { FailPoint } from '../../engine/holdfast.js'

/** The place, and at which pass of it. */
export interface ArmedFailPoint {
  readonly point: FailPoint
  readonly nth: number
}

/** Every fail point of `storage/driver/database.ts`, which is not loaded yet when the configuration is read. */
const POINTS: Readonly<Record<FailPoint, true>> = {
  'before-begin': true,
  'after-take': true,
  'before-commit': true,
  'commit-sent': true,
  'commit-acknowledged': true,
}

const NTH_MAX = 1_000_000_000

export const FAIL_POINT_ALLOWED = `${Object.keys(POINTS).join(', ')}, with a colon and a number for a later pass, for instance commit-sent:3`

/** @returns undefined for text that names no fail point */
export function readFailPoint(text: string): ArmedFailPoint | undefined {
  const [, name = '', nth = '1'] = /^([a-z-]+)(?::(\d{1,10}))?$/.exec(text) ?? []
  if (!Object.hasOwn(POINTS, name) || Number(nth) < 1 || Number(nth) > NTH_MAX) return undefined
  return { point: name as FailPoint, nth: Number(nth) }
}

export interface FailPointGuard {
  /** For `openHoldfast`. */
  readonly reach: (point: FailPoint) => void
  /** Counts from now on: a test does not want to interrupt what a server does to start. */
  arm(): void
}

/** @param kill ends the process at once; default SIGKILL to itself */
export function guardFailPoint(
  armed: ArmedFailPoint | undefined,
  kill: () => void = () => process.kill(process.pid, 'SIGKILL'),
): FailPointGuard {
  let counting = false
  let reached = 0
  return {
    reach(point) {
      if (!counting || point !== armed?.point) return
      reached += 1
      if (reached === armed.nth) kill()
    },
    arm() {
      counting = true
    },
  }
}
