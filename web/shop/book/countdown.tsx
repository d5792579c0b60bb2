/** How long a hold still lasts, by the server's clock. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useService } from '../stock/service.js'

interface CountdownProps {
  readonly untilMs: number
  /** Called when the time is up, and again every second while this is still shown. */
  readonly onOver: () => void
}

const EVERY_MS = 200
/** The server's clock is known to a second, so the first answer may be that the time is not up yet. */
const ASK_AGAIN_MS = 1_000
const SECONDS_PER_MINUTE = 60

export function Countdown({ untilMs, onOver }: CountdownProps) {
  const { clock } = useService()
  const seconds = useSignal(0)
  useEffect(() => {
    let askedAtMs = Number.NEGATIVE_INFINITY
    const count = () => {
      const left = Math.max(0, Math.ceil((untilMs - clock.now()) / 1_000))
      seconds.value = left
      const nowMs = performance.now()
      if (left > 0 || nowMs - askedAtMs < ASK_AGAIN_MS) return
      askedAtMs = nowMs
      onOver()
    }
    const timer = setInterval(count, EVERY_MS)
    count()
    return () => clearInterval(timer)
  }, [untilMs])
  const left = seconds.value
  const clockFace = `${Math.floor(left / SECONDS_PER_MINUTE)}:${String(left % SECONDS_PER_MINUTE).padStart(2, '0')}`
  return (
    <>
      <span class="countdown figures" role="timer">
        {clockFace}
      </span>
      <span class="heard" aria-live="polite">
        {heardText(left)}
      </span>
    </>
  )
}

/** A voice that counts every second lets nobody read: the minutes, and the last half of one. */
function heardText(seconds: number): string {
  if (seconds <= 30) return 'Less than half a minute left.'
  const minutes = Math.ceil(seconds / SECONDS_PER_MINUTE)
  return minutes === 1 ? 'Less than a minute left.' : `${minutes} minutes left.`
}
