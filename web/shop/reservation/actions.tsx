/** What the holder of a reservation can do with it: put it into a calendar, keep the link, move it, cancel it. */
import { useSignal } from '@preact/signals'
import type { Reservation } from 'holdfast/client'
import { useEffect, useMemo } from 'preact/hooks'
import { resourceOf } from '../book/choice-text.js'
import { SetbackMessage } from '../book/setback.js'
import { calendarFile } from '../booking/calendar-file.js'
import { type Choice, keyOf } from '../booking/choice.js'
import type { Sale } from '../stock/sale.js'
import { useService } from '../stock/service.js'
import { Cancel } from './cancel.js'
import { Move } from './move.js'
import type { Holder, Visit } from './visit.js'

interface ActionsProps extends Holder {
  readonly sale: Sale
  readonly visit: Visit
  readonly reservation: Reservation
  readonly choices: readonly Choice[]
}

export function Actions({ sale, visit, reservation, choices, ...holder }: ActionsProps) {
  const { state } = reservation
  const moving = useSignal<Choice | undefined>(undefined)
  const setback = visit.setback.value
  useEffect(() => {
    // What was moved is another choice now.
    moving.value = undefined
  }, [reservation.version])
  if (state !== 'held' && state !== 'confirmed') {
    return (
      <p>
        <a class="button" href={`/book/${holder.listingId}`}>
          Choose again
        </a>
      </p>
    )
  }
  const isFree = sale.listing.policy.storefront_confirms === 'free'
  const others = (gone: Choice) => choices.filter((each) => keyOf(each) !== keyOf(gone))
  const { value: from } = moving
  const to = (choice: Choice) => visit.change(sale, [...others(from ?? choice), choice])
  return (
    <>
      {setback !== undefined && (
        <SetbackMessage {...{ sale, setback }} onInstead={(_gone, choice) => to(choice)} />
      )}
      {from !== undefined ? (
        <Move
          {...{ sale, from }}
          isBusy={visit.isBusy.value}
          onMove={to}
          onKeep={() => {
            moving.value = undefined
          }}
        />
      ) : (
        <div class="actions">
          {state === 'confirmed' && <CalendarLink {...{ sale, reservation, choices }} />}
          <KeepLink {...holder} />
          {(isFree || state === 'held') &&
            choices.map((choice) => (
              <button
                key={keyOf(choice)}
                type="button"
                class="button"
                onClick={() => {
                  moving.value = choice
                }}
              >
                {choices.length === 1 ? 'Move it' : `Move ${resourceOf(sale, choice)?.name ?? ''}`}
              </button>
            ))}
          <Cancel
            isBusy={visit.isBusy.value}
            isHeld={state === 'held'}
            onCancel={visit.cancel.bind(visit)}
          />
        </div>
      )}
    </>
  )
}

function CalendarLink({
  sale,
  reservation,
  choices,
}: Pick<ActionsProps, 'sale' | 'reservation' | 'choices'>) {
  const { listing } = sale
  const text = calendarFile(
    reservation,
    choices.map((choice) => {
      const name = resourceOf(sale, choice)?.name ?? listing.name
      return { choice, title: `${name}, ${listing.name}`, place: listing.name }
    }),
  )
  const url = useMemo(
    () => (text === undefined ? undefined : URL.createObjectURL(new Blob([text], CALENDAR))),
    [text],
  )
  useEffect(() => () => (url === undefined ? undefined : URL.revokeObjectURL(url)), [url])
  if (url === undefined) return null
  return (
    <a class="button" href={url} download="booking.ics">
      Put it into your calendar
    </a>
  )
}

const CALENDAR = { type: 'text/calendar;charset=utf-8' }

/** What stands behind the # is never sent to a server. */
function KeepLink({ listingId, reservationId, token }: Holder) {
  const { baseUrl } = useService()
  const isCopied = useSignal(false)
  const href = `${baseUrl}/r/${listingId}/${reservationId}#${token}`
  return (
    <>
      <a
        class="button"
        href={href}
        onClick={(event) => {
          event.preventDefault()
          void navigator.clipboard?.writeText(href).then(
            () => {
              isCopied.value = true
            },
            () => {},
          )
        }}
      >
        {isCopied.value ? 'Link copied' : 'Copy the link to this booking'}
      </a>
      <span class="heard" role="status">
        {isCopied.value ? 'The link was copied. Whoever has it can change the booking.' : ''}
      </span>
    </>
  )
}
