/** What every part of the page on which something is chosen is given. */
import type { Choice } from '../booking/choice.js'
import type { Offer, Sale } from '../stock/sale.js'

export interface Choosing {
  readonly sale: Sale
  /** Those that may be chosen from. */
  readonly offers: readonly Offer[]
  readonly chosen: readonly Choice[]
  /** With 0 it is chosen no more. */
  readonly onChoose: (choice: Choice, quantity: number) => void
}
