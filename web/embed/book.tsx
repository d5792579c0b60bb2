/** What is drawn in the element's shadow: the listing, and after it the reservation that was made. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { keepAs } from '../shared/keep.js'
import { BookListing } from '../shop/book/listing.js'
import { ReservationView } from '../shop/reservation/reservation.js'
import { createService, ServiceContext } from '../shop/stock/service.js'

export interface BookProps {
  readonly listingId: string
  readonly apiKey: string
  readonly baseUrl: string
  readonly onBooked: (reservationId: string) => void
}

interface Booked {
  readonly id: string
  readonly token: string
}

export const createBook = (props: BookProps) => <Book {...props} />

function Book({ listingId, apiKey, baseUrl, onBooked }: BookProps) {
  const service = useMemo(() => createService(baseUrl, apiKey), [baseUrl, apiKey])
  const keep = useMemo(() => keepAs<Booked>(`holdfast booked ${listingId}`), [listingId])
  const booked = useSignal<Booked | undefined>(keep.read())
  const show = (reservation: Booked | undefined) => {
    keep.write(reservation)
    booked.value = reservation
  }
  const { value } = booked
  return (
    <ServiceContext.Provider value={service}>
      <div class="embedded">
        {value === undefined ? (
          <BookListing
            listingId={listingId}
            onDone={({ id, token }) => {
              show({ id, token })
              onBooked(id)
            }}
          />
        ) : (
          <>
            <ReservationView listingId={listingId} reservationId={value.id} token={value.token} />
            <p>
              <button type="button" class="button quiet" onClick={() => show(undefined)}>
                Book something else
              </button>
            </p>
          </>
        )}
      </div>
    </ServiceContext.Provider>
  )
}
