/** A choice in words. */
import { isElsewhere, readerText } from '../../shared/times.js'
import { type Choice, whenText } from '../booking/choice.js'
import type { Offer, Sale } from '../stock/sale.js'

/** What the choice is of; undefined for what is not on sale any more. */
export function resourceOf({ offers }: Sale, { resourceId }: Choice): Offer | undefined {
  return offers.find((offer) => offer.resourceId === resourceId)
}

export function zoneOf(sale: Sale, choice: Choice): string {
  return resourceOf(sale, choice)?.zone ?? sale.listing.time_zone
}

/** What is counted: places of a class, rooms of a stay. */
export function quantityText(choice: Choice): string {
  if (choice.kind === 'stay') return 'Rooms'
  return choice.kind === 'time' ? 'Places' : 'How many'
}

interface ChoiceTextProps {
  readonly sale: Sale
  readonly choice: Choice
  /** True where no control shows the quantity. */
  readonly withQuantity?: boolean
}

export function ChoiceText({ sale, choice, withQuantity = false }: ChoiceTextProps) {
  const zone = zoneOf(sale, choice)
  const many = withQuantity && choice.quantity > 1 ? ` × ${choice.quantity}` : ''
  const when = whenText(choice, zone)
  return (
    <div class="choice">
      <p class="name">
        {resourceOf(sale, choice)?.name ?? sale.listing.name}
        {many}
      </p>
      {when !== '' && <p class="figures">{when}</p>}
      {choice.kind === 'time' && isElsewhere(zone, choice.fromMs) && (
        <p class="soft small figures">{readerText(choice.fromMs)} where you are</p>
      )}
    </div>
  )
}
