/** The times of one day, court by court. */
import { clockText, dateOf, dateText } from '../../shared/times.js'
import { type Choice, keyOf } from '../booking/choice.js'
import { type OfferSold, offersSold } from '../stock/sale.js'
import { type Stock, timesOf } from '../stock/stock.js'
import type { Choosing } from './choosing.js'
import { RangeChoice } from './range-choice.js'

interface DayProps extends Choosing {
  readonly stock: Stock | undefined
  readonly date: string
}

export function Day({ date, stock, ...choosing }: DayProps) {
  const { offers, chosen, onChoose } = choosing
  if (stock === undefined) return <p class="soft">Looking what is free …</p>
  return (
    <div class="courts">
      <h3 class="heard">{dateText(date, 'long')}</h3>
      {offersSold(offers, 'slots').map((offer) => (
        <SlotsOf key={offer.resourceId} {...{ offer, stock, date, chosen, onChoose }} />
      ))}
      {offersSold(offers, 'ranges').map((offer) => (
        <RangeChoice
          key={`${offer.resourceId} ${date}`}
          free={stock.times.get(offer.resourceId)?.free ?? []}
          {...{ offer, date, chosen, onChoose }}
        />
      ))}
    </div>
  )
}

interface SlotsProps extends Pick<Choosing, 'chosen' | 'onChoose'> {
  readonly offer: OfferSold<'slots'>
  readonly stock: Stock
  readonly date: string
}

function SlotsOf({ offer, stock, date, chosen, onChoose }: SlotsProps) {
  const { resourceId, name, zone, exclusive } = offer
  const slots = timesOf(stock, resourceId).filter(
    ({ from }) => dateOf(zone, Date.parse(from)) === date,
  )
  return (
    <section class="court" aria-label={name}>
      <h3>{name}</h3>
      {slots.length === 0 ? (
        <p class="soft small">Nothing on this day.</p>
      ) : (
        <ul class="plain slots">
          {slots.map(({ pool_id, from, to, available, capacity }) => {
            const [fromMs, toMs] = [Date.parse(from), Date.parse(to)]
            const slot: Choice = { kind: 'time', resourceId, fromMs, toMs, quantity: 1 }
            const isChosen = chosen.some((each) => keyOf(each) === keyOf(slot))
            const isGone = available === 0 && !isChosen
            return (
              <li key={pool_id}>
                <button
                  type="button"
                  class="slot"
                  aria-pressed={isChosen}
                  aria-disabled={isGone}
                  onClick={() => {
                    if (!isGone) onChoose(slot, isChosen ? 0 : 1)
                  }}
                >
                  <span class="figures">
                    {clockText(zone, fromMs)}–{clockText(zone, toMs)}
                  </span>
                  <span class="left">{leftText(available, capacity, exclusive)}</span>
                </button>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

function leftText(available: number, capacity: number, exclusive: boolean): string {
  if (exclusive || capacity === 1) return available > 0 ? 'free' : 'taken'
  return available > 0 ? `${available} left` : 'full'
}
