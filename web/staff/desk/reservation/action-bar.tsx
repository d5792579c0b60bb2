import { cancel, confirm, extend, release } from './actions.js'
import type { PartProps } from './props.js'

/** The buttons of what the state allows. */
export function Actions(props: PartProps) {
  const { state } = props.reservation
  if (state === 'held') {
    return (
      <div class="action-bar">
        <button type="button" class="button main" onClick={() => confirm(props)}>
          Confirm
        </button>
        <button type="button" class="button" onClick={() => extend(props)}>
          Extend
        </button>
        <button type="button" class="button danger" onClick={() => release(props)}>
          Release
        </button>
      </div>
    )
  }
  if (state === 'confirmed') {
    return (
      <div class="action-bar">
        <button type="button" class="button danger" onClick={() => cancel(props)}>
          Cancel
        </button>
      </div>
    )
  }
  if (state === 'expired') {
    return (
      <div class="action-bar">
        <button type="button" class="button" onClick={() => confirm(props)}>
          Confirm with a payment
        </button>
      </div>
    )
  }
  return null
}
