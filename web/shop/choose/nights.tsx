/** A hotel's nights: a type of room, a day to arrive, a day to leave. */
import { useSignal } from '@preact/signals'
import { dateOf, dateText, daysBetween, mondayOf } from '../../shared/times.js'
import { type Choice, nightsText, type StayChoice } from '../booking/choice.js'
import { whyNoArrival, whyNoStay } from '../booking/stays.js'
import { offersSold } from '../stock/sale.js'
import { useService } from '../stock/service.js'
import type { Choosing } from './choosing.js'
import { MonthOfNights } from './month.js'
import { OldNews } from './old-news.js'
import { Quantity } from './quantity.js'
import { useNights } from './use-nights.js'

export function Nights({ sale, offers, chosen, onChoose }: Choosing) {
  const { listing } = sale
  const types = offersSold(offers, 'nights')
  const before = chosen.find((choice): choice is StayChoice => choice.kind === 'stay')
  const resourceId = useSignal(before?.resourceId ?? types[0]?.resourceId ?? '')
  const type = types.find((each) => each.resourceId === resourceId.value) ?? types[0]
  const zone = type?.zone ?? listing.time_zone
  const today = dateOf(zone, useService().clock.now())
  const month = useSignal(`${(before?.checkIn ?? today).slice(0, 7)}-01`)
  const rooms = useSignal(before?.quantity ?? 1)
  const checkIn = useSignal<string | undefined>(undefined)
  const checkOut = useSignal<string | undefined>(undefined)
  const why = useSignal('')
  const { nights, isOld } = useNights(listing.id, resourceId.value, mondayOf(month.value))
  const quantity = rooms.value
  const stay = { checkIn: checkIn.value ?? '', checkOut: checkOut.value ?? '', quantity }
  const clear = () => {
    checkIn.value = undefined
    checkOut.value = undefined
    why.value = ''
  }
  const pick = (date: string) => {
    const begin = checkOut.value === undefined ? checkIn.value : undefined
    if (begin !== undefined && date > begin) {
      const fault = whyNoStay(nights, { checkIn: begin, checkOut: date, quantity })
      why.value = fault === undefined ? '' : `${dateText(date, 'short')}: ${fault}.`
      if (fault === undefined) checkOut.value = date
      return
    }
    const fault = whyNoArrival(nights, date, quantity)
    why.value = fault === undefined ? '' : `${dateText(date, 'short')}: ${fault}.`
    if (fault !== undefined) return
    checkIn.value = date
    checkOut.value = undefined
  }
  const isWhole = checkOut.value !== undefined && whyNoStay(nights, stay) === undefined
  return (
    <section class="nights" aria-label="Nights">
      <fieldset class="types">
        <legend>Which room?</legend>
        {types.map((each) => (
          <label key={each.resourceId} class="type">
            <input
              type="radio"
              name="room-type"
              checked={each.resourceId === type?.resourceId}
              onChange={() => {
                resourceId.value = each.resourceId
                clear()
              }}
            />
            {each.name}
          </label>
        ))}
      </fieldset>
      <div class="rooms">
        <span>Rooms</span>
        <Quantity
          label="Rooms"
          value={quantity}
          onChange={(changed) => {
            rooms.value = changed
            clear()
          }}
        />
      </div>
      <OldNews isOld={isOld} />
      <MonthOfNights
        {...{ nights, quantity, today, month }}
        checkIn={checkIn.value}
        checkOut={checkOut.value}
        onPick={pick}
      />
      <div class="stay">
        <p role="status">
          {why.value === '' ? stayText(checkIn.value, checkOut.value) : why.value}
        </p>
        <button
          type="button"
          class={isWhole ? 'button main' : 'button'}
          aria-disabled={!isWhole}
          onClick={() => {
            if (!isWhole) return
            const choice: Choice = { kind: 'stay', resourceId: resourceId.value, ...stay }
            onChoose(choice, quantity)
            clear()
          }}
        >
          Choose these nights
        </button>
      </div>
    </section>
  )
}

function stayText(checkIn: string | undefined, checkOut: string | undefined): string {
  if (checkIn === undefined) return 'Choose the day on which you arrive.'
  const arrival = `From ${dateText(checkIn, 'short')}`
  if (checkOut === undefined) return `${arrival}. Now choose the day on which you leave.`
  const nights = nightsText(daysBetween(checkIn, checkOut))
  return `${arrival} to ${dateText(checkOut, 'short')}, ${nights}.`
}
