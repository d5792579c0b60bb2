/** A week of what is sold by time: a day is chosen first, then a time of it. */
import { type Signal, useSignal } from '@preact/signals'
import { addDays, dateOf, dateText, mondayOf } from '../../shared/times.js'
import type { Choice } from '../booking/choice.js'
import { startsOn } from '../booking/range-times.js'
import { offersSold } from '../stock/sale.js'
import { useService } from '../stock/service.js'
import { type Stock, timesOf } from '../stock/stock.js'
import { useStock } from '../stock/use-stock.js'
import type { Choosing } from './choosing.js'
import { Day } from './day.js'
import { OldNews } from './old-news.js'

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
      <Days {...{ dates, shown, today, day }} counts={stock && counts} />
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

interface DaysProps {
  readonly dates: readonly string[]
  /** The one whose times are shown. */
  readonly shown: string
  readonly today: string
  /** The one that the reader chose. */
  readonly day: Signal<string | undefined>
  /** How many times are free on each; undefined until that is known. */
  readonly counts: readonly number[] | undefined
}

function Days({ dates, shown, today, day, counts }: DaysProps) {
  return (
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
            <span class="count">{date < today ? 'over' : <Count count={counts?.[i]} />}</span>
          </button>
        </li>
      ))}
    </ol>
  )
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
