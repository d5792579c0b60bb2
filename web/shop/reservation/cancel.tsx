/** Cancels, and asks first. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

interface CancelProps {
  readonly isBusy: boolean
  readonly isHeld: boolean
  readonly onCancel: () => void
}

export function Cancel({ isBusy, isHeld, onCancel }: CancelProps) {
  const isAsking = useSignal(false)
  const keep = useRef<HTMLButtonElement>(null)
  const open = useRef<HTMLButtonElement>(null)
  const wasAsking = useRef(false)
  useEffect(() => {
    // The reader's focus goes with the question, and back.
    if (isAsking.value) keep.current?.focus()
    else if (wasAsking.current) open.current?.focus()
    wasAsking.current = isAsking.value
  }, [isAsking.value])
  if (!isAsking.value) {
    return (
      <button
        type="button"
        class="button danger"
        ref={open}
        onClick={() => {
          isAsking.value = true
        }}
      >
        {isHeld ? 'Give it back' : 'Cancel the booking'}
      </button>
    )
  }
  return (
    <fieldset class="message danger question" aria-label="Cancel">
      <p>Somebody else can have it then, and you may not get it back.</p>
      <div class="actions">
        <button
          type="button"
          class="button danger main"
          aria-disabled={isBusy}
          onClick={() => {
            if (!isBusy) onCancel()
          }}
        >
          {isBusy ? 'Asking …' : isHeld ? 'Yes, give it back' : 'Yes, cancel it'}
        </button>
        <button
          type="button"
          class="button"
          ref={keep}
          onClick={() => {
            isAsking.value = false
          }}
        >
          Keep it
        </button>
      </div>
    </fieldset>
  )
}
