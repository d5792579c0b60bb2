/** What was chosen, and the step that holds it. */
import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { Booking } from '../booking/booking.js'
import { keyOf } from '../booking/choice.js'
import type { Setback } from '../booking/refusals.js'
import { HOLD_SECONDS } from '../booking/stage.js'
import { Quantity } from '../choose/quantity.js'
import type { Sale } from '../stock/sale.js'
import { ChoiceText, quantityText, resourceOf } from './choice-text.js'
import { SetbackMessage } from './setback.js'

interface CartProps {
  readonly sale: Sale
  readonly booking: Booking
  readonly setback: Setback | undefined
}

const SECONDS_PER_MINUTE = 60

export function Cart({ sale, booking, setback }: CartProps) {
  const choices = booking.choices.value
  return (
    <aside class="cart card" aria-labelledby="your-choice">
      <h2 id="your-choice" tabIndex={-1}>
        Your choice
      </h2>
      {setback !== undefined && (
        <SetbackMessage
          {...{ sale, setback }}
          onInstead={(gone, choice) => booking.holdInstead(gone, choice)}
        />
      )}
      {choices.length === 0 ? (
        <p class="soft">Nothing yet. What you choose is listed here.</p>
      ) : (
        <>
          <ul class="plain choices">
            {choices.map((choice) => {
              const name = resourceOf(sale, choice)?.name ?? ''
              return (
                <li key={keyOf(choice)}>
                  <ChoiceText {...{ sale, choice }} />
                  {resourceOf(sale, choice)?.exclusive !== true && (
                    <Quantity
                      label={`${quantityText(choice)}, ${name}`}
                      value={choice.quantity}
                      onChange={(quantity) => booking.choose(choice, quantity)}
                    />
                  )}
                  <button
                    type="button"
                    class="button quiet"
                    aria-label={`Remove ${name}`}
                    onClick={() => booking.choose(choice, 0)}
                  >
                    Remove
                  </button>
                </li>
              )
            })}
          </ul>
          <HoldForm sale={sale} booking={booking} />
        </>
      )}
    </aside>
  )
}

const ADDRESS = /^[^@\s,;:<>()[\]"\\]+@[^@\s,;:<>()[\]"\\]+$/

function HoldForm({ sale, booking }: Pick<CartProps, 'sale' | 'booking'>) {
  const id = useId()
  const isWrong = useSignal(false)
  const isBusy = booking.busy.value !== undefined
  const seconds = Math.min(HOLD_SECONDS, sale.listing.policy.hold_seconds_max)
  const hold = (event: Event) => {
    event.preventDefault()
    isWrong.value = !ADDRESS.test(booking.email.value.trim())
    const root = event.currentTarget as HTMLFormElement
    if (isWrong.value) root.querySelector('input')?.focus()
    else if (!isBusy) booking.hold()
  }
  return (
    <form class="hold" noValidate onSubmit={hold}>
      <div class="field">
        <label for={id}>Your e-mail address</label>
        <input
          id={id}
          class="input"
          type="email"
          autocomplete="email"
          required
          maxLength={254}
          value={booking.email.value}
          aria-invalid={isWrong.value}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget }) => {
            booking.email.value = currentTarget.value
          }}
        />
        <p id={`${id}-hint`} class={isWrong.value ? 'wrong' : 'hint'}>
          {isWrong.value
            ? 'This is no e-mail address yet.'
            : 'Where we write to about this booking.'}
        </p>
      </div>
      <button type="submit" class="button main" aria-disabled={isBusy}>
        {isBusy ? 'Asking …' : `Hold for ${durationText(seconds)}`}
      </button>
      <p class="soft small">Nobody else can have it while you fill in the rest.</p>
    </form>
  )
}

function durationText(seconds: number): string {
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE)
  if (minutes < 1) return seconds === 1 ? '1 second' : `${seconds} seconds`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
