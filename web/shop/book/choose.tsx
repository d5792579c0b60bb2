/** The first step: what there is on one side, what was chosen on the other. */
import type { Booking } from '../booking/booking.js'
import type { Setback } from '../booking/refusals.js'
import { Pickers } from '../choose/pickers.js'
import type { Sale } from '../stock/sale.js'
import { Cart } from './cart.js'

interface ChooseProps {
  readonly sale: Sale
  readonly booking: Booking
  readonly setback: Setback | undefined
}

export function Choose({ sale, booking, setback }: ChooseProps) {
  const count = booking.choices.value.length
  return (
    <div class="choose">
      <div class="offers">
        <Pickers
          sale={sale}
          offers={sale.offers}
          chosen={booking.choices.value}
          onChoose={(choice, quantity) => booking.choose(choice, quantity)}
        />
        {count > 0 && (
          <button type="button" class="button main onward" onClick={toCart}>
            {count === 1 ? '1 chosen' : `${count} chosen`}: go on
          </button>
        )}
      </div>
      <Cart sale={sale} booking={booking} setback={setback} />
    </div>
  )
}

/** No fragment: that would be an address of its own, and in a shadow there is none. */
function toCart(event: MouseEvent): void {
  const root = (event.currentTarget as Element).getRootNode() as Document | ShadowRoot
  const title = root.getElementById('your-choice')
  title?.scrollIntoView()
  title?.focus({ preventScroll: true })
}
