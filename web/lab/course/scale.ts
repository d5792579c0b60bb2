import type { Track } from '../../../src/cli/lab/wire.js'

/** Few steps, so that it seldom changes under the eye; the first leaves room to see what is too much. */
const STEPS = [1.25, 1.5, 2, 3, 4] as const

/** How far beyond the capacity the tanks of all tracks reach, in capacities. */
export function scaleOf(tracks: readonly Track[]): number {
  const most = tracks.reduce((highest, { frames, verdict }) => {
    const pools = [...(frames.at(-1)?.pools ?? []), ...(verdict?.pools ?? [])]
    return pools.reduce((high, { sold, capacity }) => {
      return capacity > 0 ? Math.max(high, sold / capacity) : high
    }, highest)
  }, 1)
  return STEPS.find((step) => step > most * 1.02) ?? 4
}
