import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import './toast.css'

export interface Notice {
  /** What was done, in a sentence. */
  readonly text: string
  /** Takes it back; says what came of that, as a sentence. Left out where there is no way back. */
  readonly undo?: () => Promise<string>
}

const STAYS_MS = 10_000

const notice = signal<Notice | undefined>(undefined)

/** Tells the reader what was done. It takes the place of what was told before. */
export function notify(news: Notice | string): void {
  notice.value = typeof news === 'string' ? { text: news } : news
}

/** What was done last, with the way back. One that can be undone stays until something else is done. */
export function Toast() {
  const { value } = notice
  useEffect(() => {
    if (value === undefined || value.undo !== undefined) return
    const timer = setTimeout(() => dismiss(value), STAYS_MS)
    return () => clearTimeout(timer)
  }, [value])
  return (
    <div class="toast-place" role="status" aria-live="polite">
      {value !== undefined && (
        <div class="toast card">
          <p>{value.text}</p>
          {value.undo !== undefined && (
            <button type="button" class="button quiet" onClick={() => void takeBack(value)}>
              Undo
            </button>
          )}
          <button type="button" class="button quiet" onClick={() => dismiss(value)}>
            Close
          </button>
        </div>
      )}
    </div>
  )
}

function dismiss(shown: Notice): void {
  if (notice.value === shown) notice.value = undefined
}

async function takeBack({ undo }: Notice): Promise<void> {
  notice.value = undefined
  if (undo !== undefined) notify(await undo())
}
