/** A hold that ran out: what it had is on sale again, and may be had again. */
import { useEffect, useRef } from 'preact/hooks'
import type { Booking } from '../booking/booking.js'
import { keyOf } from '../booking/choice.js'
import type { Sale } from '../stock/sale.js'
import { ChoiceText } from './choice-text.js'

export function Lapsed({ sale, booking }: { readonly sale: Sale; readonly booking: Booking }) {
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  return (
    <div class="held card">
      <h2 ref={title} tabIndex={-1}>
        Your hold is over
      </h2>
      <p>Nothing was booked, and what you had is on sale again.</p>
      <ul class="plain choices">
        {booking.choices.value.map((choice) => (
          <li key={keyOf(choice)}>
            <ChoiceText {...{ sale, choice }} withQuantity />
          </li>
        ))}
      </ul>
      <div class="actions">
        <button
          type="button"
          class="button main"
          aria-disabled={booking.busy.value !== undefined}
          onClick={() => booking.hold()}
        >
          Hold it again
        </button>
        <button type="button" class="button quiet" onClick={() => booking.startOver()}>
          Choose something else
        </button>
      </div>
    </div>
  )
}
