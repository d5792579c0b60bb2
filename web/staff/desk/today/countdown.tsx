import { useEffect, useState } from 'preact/hooks'
import { clock } from '../../api.js'

const SECOND_MS = 1_000
/** From here on the rest is shown as being short. */
const SHORT_MS = 120_000

/** The rest of a hold, second by second: `4:05`, by the server's clock. */
export function Countdown({ until }: { until: string }) {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((before) => before + 1), SECOND_MS)
    return () => clearInterval(timer)
  }, [])
  const restMs = Math.max(0, Date.parse(until) - clock.now())
  return (
    <time
      class={restMs < SHORT_MS ? 'countdown short figures' : 'countdown figures'}
      dateTime={until}
    >
      {restText(restMs)}
    </time>
  )
}

/** `1:04:05`, `4:05`, `0:09`. */
export function restText(restMs: number): string {
  const seconds = Math.ceil(restMs / SECOND_MS)
  const two = (part: number) => String(part).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  if (hours === 0) return `${minutes}:${two(seconds % 60)}`
  return `${hours}:${two(minutes)}:${two(seconds % 60)}`
}
