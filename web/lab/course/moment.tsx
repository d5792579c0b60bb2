/** Any moment of a run that is over, the same for all tracks: strategies that raced in turns, side by side. */
import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Track } from '../../../src/cli/lab/wire.js'
import { duration } from '../words.js'

export interface MomentProps {
  readonly tracks: readonly Track[]
  readonly momentMs: Signal<number | undefined>
}

export function Moment({ tracks, momentMs }: MomentProps) {
  const playing = useSignal(false)
  const endMs = tracks.reduce((end, { frames }) => Math.max(end, frames.at(-1)?.atMs ?? 0), 0)
  useEffect(() => {
    if (!playing.value) return undefined
    let beforeMs: number | undefined
    let frame = 0
    const play = (nowMs: number) => {
      const next = (momentMs.value ?? 0) + (beforeMs === undefined ? 0 : nowMs - beforeMs)
      beforeMs = nowMs
      if (next >= endMs) {
        playing.value = false
        momentMs.value = undefined
        return
      }
      momentMs.value = next
      frame = requestAnimationFrame(play)
    }
    frame = requestAnimationFrame(play)
    return () => cancelAnimationFrame(frame)
  }, [playing.value, endMs, momentMs, playing])
  if (endMs === 0) return null
  const atMs = momentMs.value ?? endMs
  return (
    <div class="moment">
      <button
        class="button"
        type="button"
        onClick={() => {
          momentMs.value = playing.value || atMs < endMs ? momentMs.value : 0
          playing.value = !playing.value
        }}
      >
        {playing.value ? 'Pause' : 'Watch them together'}
      </button>
      <label class="moment-at">
        <span class="heard">Moment of the race</span>
        <input
          type="range"
          min={0}
          max={Math.ceil(endMs)}
          step={100}
          value={atMs}
          aria-valuetext={duration(atMs)}
          onInput={(event) => {
            playing.value = false
            const at = Number(event.currentTarget.value)
            momentMs.value = at >= endMs ? undefined : at
          }}
        />
      </label>
      <span class="figures soft">
        {duration(atMs)} of {duration(endMs)}
      </span>
    </div>
  )
}
