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
  return (
    <div class="choose">
      <div class="offers">
        <Pickers
          sale={sale}
          offers={sale.offers}
          chosen={booking.choices.value}
          onChoose={(choice, quantity) => booking.choose(choice, quantity)}
        />
      </div>
      <Cart sale={sale} booking={booking} setback={setback} />
    </div>
  )
}
