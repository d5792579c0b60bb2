/** Units that are bound to no time: an event's hotels, each with what is left. */
import { type Choice, keyOf } from '../booking/choice.js'
import { offersSold } from '../stock/sale.js'
import { useStock } from '../stock/use-stock.js'
import type { Choosing } from './choosing.js'
import { OldNews } from './old-news.js'

export function Units({ sale, offers, chosen, onChoose }: Choosing) {
  const { stock, isOld } = useStock(sale.listing.id, {})
  return (
    <section class="units" aria-labelledby="units-title">
      <h2 id="units-title">Where would you like to be?</h2>
      <OldNews isOld={isOld} />
      <ul class="plain rows">
        {offersSold(offers, 'units').map(({ resourceId, poolId, name }) => {
          const left = stock?.units.get(poolId)?.available
          const unit: Choice = { kind: 'units', resourceId, poolId, quantity: 1 }
          const isChosen = chosen.some((each) => keyOf(each) === keyOf(unit))
          const isGone = (left ?? 0) === 0 && !isChosen
          return (
            <li key={poolId} class="row">
              <h3>{name}</h3>
              <span class={left === 0 ? 'tag danger figures' : 'soft figures'}>
                {left === undefined ? '…' : left === 0 ? 'full' : `${left} left`}
              </span>
              <button
                type="button"
                class={isChosen ? 'button chosen' : 'button'}
                aria-pressed={isChosen}
                aria-disabled={isGone}
                aria-label={`${isChosen ? 'Chosen' : 'Choose'} ${name}`}
                onClick={() => {
                  if (!isGone) onChoose(unit, isChosen ? 0 : 1)
                }}
              >
                {isChosen ? 'Chosen' : 'Choose'}
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
