import type { Listing, Reservation } from 'holdfast/client'
import { client } from '../../api.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import { Part } from '../../shell/page.js'
import type { Names } from '../../words/names.js'
import { confirm, release } from '../reservation/actions.js'
import { ReservationRows } from '../reservation-rows.js'
import { Countdown } from './countdown.js'

const LOOK_MS = 5_000
const SHOWN_MAX = 8
const READ_MAX = 100

/** Holds, those that run out first on top. */
export function Deadlines({ listing, names }: { listing: Listing; names: Names }) {
  const holds = useResource(
    `holds ${listing.id}`,
    (signal) =>
      client.reservations.list(
        listing.id,
        // Who began first runs out first, but for those that were extended.
        { state: 'held', first: 'oldest', limit: READ_MAX },
        { signal },
      ),
    { everyMs: LOOK_MS },
  )
  return (
    <Part
      title="Holds running out"
      aside={<a href={hrefOf('find', { state: 'held' })}>All holds</a>}
    >
      <Shown of={holds} what="the holds">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No holds">
              <p>Whoever is about to book appears here, with the time that is left.</p>
            </Empty>
          ) : (
            <ReservationRows
              reservations={[...items].sort(byEnd).slice(0, SHOWN_MAX)}
              names={names}
              side={(reservation) => (
                <>
                  <Countdown until={reservation.expires_at ?? ''} />
                  <button
                    type="button"
                    class="button"
                    onClick={() => confirm({ listing, reservation, after: holds.reload })}
                  >
                    Confirm <span class="heard">the hold of {reservation.customer}</span>
                  </button>
                  <button
                    type="button"
                    class="button quiet"
                    onClick={() => release({ listing, reservation, after: holds.reload })}
                  >
                    Release <span class="heard">the hold of {reservation.customer}</span>
                  </button>
                </>
              )}
            />
          )
        }
      </Shown>
    </Part>
  )
}

function byEnd(a: Reservation, b: Reservation): number {
  return Date.parse(a.expires_at ?? '') - Date.parse(b.expires_at ?? '')
}
