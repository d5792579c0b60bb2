/** One reservation, for whoever has its link: what it is, and what can be done with it. */
import { useSignal } from '@preact/signals'
import type { Reservation } from 'holdfast/client'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { untilKnown } from '../../shared/until-known.js'
import { PlaceClock } from '../book/listing.js'
import { choicesOf } from '../booking/choice.js'
import { readSale, type Sale } from '../stock/sale.js'
import { useService } from '../stock/service.js'
import { Actions } from './actions.js'
import { Facts } from './facts.js'
import { createVisit, type Visit } from './visit.js'

interface ReservationViewProps {
  readonly listingId: string
  readonly reservationId: string
  readonly token: string
  readonly onName?: (name: string) => void
}

export function ReservationView(props: ReservationViewProps) {
  const { listingId, reservationId, token, onName } = props
  const service = useService()
  const sale = useSignal<Sale | undefined>(undefined)
  const visit = useMemo(
    () => createVisit(service, { listingId, reservationId, token }),
    [service, listingId, reservationId, token],
  )
  useEffect(() => {
    const ended = new AbortController()
    void visit.follow(ended.signal)
    return () => ended.abort()
  }, [visit])
  useEffect(() => {
    const onLost = () => {}
    void untilKnown(() => readSale(service.client, listingId, service.clock.now()), {
      onLost,
    }).then(
      (found) => {
        sale.value = found
        if (found !== undefined) onName?.(found.listing.name)
      },
      () => {},
    )
  }, [service, listingId])
  const reservation = visit.reservation.value
  if (reservation === 'absent') {
    return (
      <>
        <h1>This link opens nothing</h1>
        <p>
          Copy the whole of it, with what stands behind the #. It is how we know that it is yours.
        </p>
      </>
    )
  }
  if (reservation === undefined || sale.value === undefined) {
    return (
      <p role="status" class="soft">
        {visit.isLost.value ? 'The shop does not answer. Asking again …' : 'Looking it up …'}
      </p>
    )
  }
  return <Shown {...props} {...{ visit, reservation }} sale={sale.value} />
}

interface ShownProps extends ReservationViewProps {
  readonly sale: Sale
  readonly visit: Visit
  readonly reservation: Reservation
}

function Shown({ sale, visit, reservation, ...holder }: ShownProps) {
  const { clock } = useService()
  const title = useRef<HTMLHeadingElement>(null)
  const { state, lines } = reservation
  useEffect(() => title.current?.focus(), [state])
  const resourceOf = (poolId: string) =>
    sale.offers.find((offer) => offer.sold === 'units' && offer.poolId === poolId)?.resourceId
  const choices = choicesOf(lines, resourceOf)
  const words = wordsOf(reservation, sale)
  return (
    <article class="reservation">
      <h1 ref={title} tabIndex={-1}>
        {words.title}
      </h1>
      <p class="lead" role="status">
        {words.detail}
      </p>
      <p role="status" class={visit.isLost.value ? 'message signal' : 'heard'}>
        {visit.isLost.value ? 'The line is lost: this may be old. It comes back by itself.' : ''}
      </p>
      <Facts {...{ sale, reservation, choices }} />
      <PlaceClock zone={sale.listing.time_zone} nowMs={clock.now()} />
      <Actions {...{ sale, visit, reservation, choices, ...holder }} />
    </article>
  )
}

function wordsOf(
  { state, contact, customer }: Reservation,
  { listing }: Sale,
): { readonly title: string; readonly detail: string } {
  switch (state) {
    case 'confirmed':
      return { title: 'Booked', detail: `We write to ${contact?.email ?? customer}.` }
    case 'held':
      return listing.policy.storefront_confirms === 'free'
        ? {
            title: 'Held, and not booked yet',
            detail: 'Go on where you began, before it runs out.',
          }
        : {
            title: 'The shop will confirm',
            detail: 'It is held for you until then. This page shows it as soon as it is confirmed.',
          }
    case 'cancelled':
      return { title: 'Cancelled', detail: 'Nothing is booked for you any more.' }
    case 'released':
      return { title: 'Given back', detail: 'Nothing is booked for you.' }
    case 'expired':
      return { title: 'The hold is over', detail: 'Nothing was booked. You may choose again.' }
  }
}
