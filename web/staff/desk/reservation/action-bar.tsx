import { useRef, useState } from 'preact/hooks'
import type { Names } from '../../words/names.js'
import { cancel, confirm, extend, release } from './actions.js'
import { ChangeLines } from './change-lines.js'
import type { PartProps } from './props.js'

/** The buttons of what the state allows, and the form that one of them opens. */
export function Actions({ names, ...about }: PartProps & { readonly names: Names }) {
  const [isChanging, setChanging] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const { state } = about.reservation
  const isLive = state === 'held' || state === 'confirmed'
  if (!isLive && state !== 'expired') return null
  const close = () => {
    setChanging(false)
    opener.current?.focus()
  }
  return (
    <>
      <div class="action-bar">
        {state === 'held' && (
          <button type="button" class="button main" onClick={() => confirm(about)}>
            Confirm
          </button>
        )}
        {state === 'held' && (
          <button type="button" class="button" onClick={() => extend(about)}>
            Extend
          </button>
        )}
        {isLive && (
          <button
            ref={opener}
            type="button"
            class="button"
            aria-expanded={isChanging}
            onClick={() => (isChanging ? close() : setChanging(true))}
          >
            Change
          </button>
        )}
        {state === 'held' && (
          <button type="button" class="button danger" onClick={() => release(about)}>
            Release
          </button>
        )}
        {state === 'confirmed' && (
          <button type="button" class="button danger" onClick={() => cancel(about)}>
            Cancel
          </button>
        )}
        {state === 'expired' && (
          <button type="button" class="button" onClick={() => confirm(about)}>
            Confirm with a payment
          </button>
        )}
      </div>
      {isChanging && isLive && <ChangeLines {...about} names={names} close={close} />}
    </>
  )
}
