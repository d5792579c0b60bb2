/** A week of what is sold by time: a day is chosen first, then a time of it. */
import { useSignal } from '@preact/signals'
import { addDays, clockText, dateOf, dateText, mondayOf } from '../../shared/times.js'
import { type Choice, keyOf } from '../booking/choice.js'
import { startsOn } from '../booking/range-times.js'
import { type OfferSold, offersSold } from '../stock/sale.js'
import { useService } from '../stock/service.js'
import { type Stock, timesOf } from '../stock/stock.js'
import { useStock } from '../stock/use-stock.js'
import type { Choosing } from './choosing.js'
import { OldNews } from './old-news.js'
import { RangeChoice } from './range-choice.js'

const DAYS = 7

export function Week({ sale, offers, chosen, onChoose }: Choosing) {
  const { listing } = sale
  const { clock } = useService()
  const today = dateOf(listing.time_zone, clock.now())
  const monday = useSignal(mondayOf(firstDateOf(chosen, listing.time_zone) ?? today))
  const day = useSignal<string | undefined>(undefined)
  // Dates are the listing's, and a court may be in another zone.
  const { stock, isOld } = useStock(listing.id, {
    from: addDays(monday.value, -1),
    to: addDays(monday.value, DAYS + 1),
  })
  const dates = Array.from({ length: DAYS }, (_, i) => addDays(monday.value, i))
  const counts = dates.map((date) => (stock === undefined ? 0 : timesFree(offers, stock, date)))
  const shown = day.value ?? dates.find((date, i) => date >= today && counts[i]) ?? today
  const move = (weeks: number) => {
    monday.value = addDays(monday.value, weeks * DAYS)
    day.value = undefined
  }
  const isEmpty = stock !== undefined && counts.every((count) => count === 0)
  return (
    <section class="week" aria-labelledby="week-title">
      <header class="pager">
        <h2 id="week-title">
          {dateText(monday.value, 'short')} – {dateText(addDays(monday.value, 6), 'short')}
        </h2>
        <button
          type="button"
          class="button quiet"
          aria-label="The week before"
          disabled={monday.value <= mondayOf(today)}
          onClick={() => move(-1)}
        >
          ←
        </button>
        <button
          type="button"
          class="button quiet"
          aria-label="The week after"
          onClick={() => move(1)}
        >
          →
        </button>
      </header>
      <OldNews isOld={isOld} />
      <ol class="plain days">
        {dates.map((date, i) => (
          <li key={date}>
            <button
              type="button"
              class="day"
              aria-pressed={date === shown}
              disabled={date < today}
              onClick={() => {
                day.value = date
              }}
            >
              <span class="weekday">{dateText(date, 'weekday')}</span>
              <span class="number">{Number(date.slice(8))}</span>
              <span class="count">
                {date < today ? 'over' : <Count count={stock && counts[i]} />}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {isEmpty ? (
        <p class="message">
          Nothing is free this week.{' '}
          <button type="button" class="button quiet" onClick={() => move(1)}>
            Look at the week after
          </button>
        </p>
      ) : (
        <Day {...{ sale, offers, chosen, onChoose, stock }} date={shown} />
      )}
    </section>
  )
}

function firstDateOf(chosen: readonly Choice[], zone: string): string | undefined {
  const first = chosen.find((choice) => choice.kind === 'time')
  return first === undefined ? undefined : dateOf(zone, first.fromMs)
}

function Count({ count }: { readonly count: number | undefined }) {
  if (count === undefined) return <>…</>
  if (count === 0) return <>–</>
  return (
    <>
      {count}
      <span class="unit"> free</span>
    </>
  )
}

/** How many times of a date somebody could have. */
function timesFree(offers: Choosing['offers'], stock: Stock, date: string): number {
  const slots = offersSold(offers, 'slots').map(
    ({ resourceId, zone }) =>
      timesOf(stock, resourceId).filter(
        ({ from, available }) => available > 0 && dateOf(zone, Date.parse(from)) === date,
      ).length,
  )
  const ranges = offersSold(offers, 'ranges').map(
    ({ resourceId, zone, terms }) =>
      startsOn(terms, zone, date, stock.times.get(resourceId)?.free ?? []).length,
  )
  return [...slots, ...ranges].reduce((sum, count) => sum + count, 0)
}

interface DayProps extends Choosing {
  readonly stock: Stock | undefined
  readonly date: string
}

function Day({ date, stock, ...choosing }: DayProps) {
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
