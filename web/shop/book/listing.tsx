/** One listing to book: what it sells is chosen, held, and booked. The shop and other people's pages have it. */
import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { clockText, isElsewhere, READER_ZONE, zoneText } from '../../shared/times.js'
import { untilKnown } from '../../shared/until-known.js'
import { createBooking } from '../booking/booking.js'
import { faultText } from '../booking/refusals.js'
import { readSale, type Sale } from '../stock/sale.js'
import { useService } from '../stock/service.js'
import { Choose } from './choose.js'
import { HeldForYou } from './held.js'
import { Lapsed } from './lapsed.js'

interface BookListingProps {
  readonly listingId: string
  /** Told once it is booked, or left for the shop to confirm. */
  readonly onDone: (reservation: { readonly id: string; readonly token: string }) => void
  /** Told what the listing is called. */
  readonly onName?: (name: string) => void
}

type Loaded = { readonly sale: Sale | undefined } | { readonly fault: string }

export function BookListing({ listingId, onDone, onName }: BookListingProps) {
  const { client, clock } = useService()
  const loaded = useSignal<Loaded | undefined>(undefined)
  const isLost = useSignal(false)
  useEffect(() => {
    loaded.value = undefined
    const onLost = (lost: boolean) => {
      isLost.value = lost
    }
    void untilKnown(() => readSale(client, listingId, clock.now()), { onLost }).then(
      (sale) => {
        loaded.value = { sale }
        if (sale !== undefined) onName?.(sale.listing.name)
      },
      (error: unknown) => {
        loaded.value = { fault: faultText(error) }
      },
    )
  }, [client, listingId])
  const { value } = loaded
  if (value === undefined) {
    return (
      <p role="status" class="soft">
        {isLost.value ? 'The shop does not answer. Asking again …' : 'Looking what is on sale …'}
      </p>
    )
  }
  if ('fault' in value) return <Nothing title="This cannot be shown." detail={value.fault} />
  if (value.sale === undefined) {
    return <Nothing title="There is nothing here." detail="It may have been taken off sale." />
  }
  return <BookSale key={listingId} sale={value.sale} onDone={onDone} />
}

function Nothing({ title, detail }: { readonly title: string; readonly detail: string }) {
  return (
    <>
      <h1>{title}</h1>
      <p>{detail}</p>
    </>
  )
}

function BookSale({ sale, onDone }: Pick<BookListingProps, 'onDone'> & { readonly sale: Sale }) {
  const service = useService()
  const { listing, offers } = sale
  const booking = useMemo(() => createBooking(service, sale), [service, sale])
  const stage = booking.stage.value
  useEffect(() => {
    if (stage.at === 'done') onDone(stage)
  }, [stage])
  useEffect(() => {
    const look = () => {
      if (!document.hidden) booking.look()
    }
    document.addEventListener('visibilitychange', look)
    window.addEventListener('online', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('online', look)
    }
  }, [booking])
  return (
    <div class="listing">
      <h1>{listing.name}</h1>
      <PlaceClock zone={listing.time_zone} nowMs={service.clock.now()} />
      <p role="status" class={booking.isLost.value ? 'message signal' : 'heard'}>
        {booking.isLost.value ? LOST : ''}
      </p>
      {listing.archived || offers.length === 0 ? (
        <p class="message">Nothing is on sale here at the moment.</p>
      ) : stage.at === 'choosing' ? (
        <Choose sale={sale} booking={booking} setback={stage.setback} />
      ) : stage.at === 'held' ? (
        <HeldForYou sale={sale} booking={booking} held={stage.held} setback={stage.setback} />
      ) : stage.at === 'lapsed' ? (
        <Lapsed sale={sale} booking={booking} />
      ) : (
        <p role="status">Booked.</p>
      )}
    </div>
  )
}

const LOST =
  'No answer has come. We ask again until there is one, under the same key, so that nothing is booked twice.'

/** Whose clocks the times are told by, where the reader's show something else. */
export function PlaceClock({ zone, nowMs }: { readonly zone: string; readonly nowMs: number }) {
  if (!isElsewhere(zone, nowMs)) return null
  return (
    <p class="soft">
      Times are those of the place: {zoneText(zone, nowMs)}. It is {clockText(zone, nowMs)} there
      now, and {clockText(READER_ZONE, nowMs)} where you are.
    </p>
  )
}
