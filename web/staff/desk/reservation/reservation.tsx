import type { Reservation } from 'holdfast/client'
import { client } from '../../api.js'
import { Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { Page, Part } from '../../shell/page.js'
import { momentText } from '../../words/lines.js'
import type { Names } from '../../words/names.js'
import { StateTag } from '../../words/state-tag.js'
import { useNames } from '../../words/use-names.js'
import { Countdown } from '../today/countdown.js'
import { Actions } from './action-bar.js'
import { ContactCard } from './contact-card.js'
import { History } from './history.js'
import { LinesInWords } from './lines-in-words.js'
import { MetadataCard } from './metadata-card.js'
import './reservation.css'

const LOOK_MS = 5_000

/** One reservation: what it is for, whose it is, what happened to it, and what can be done with it. */
export function ReservationPage({ listing, params }: PageProps) {
  const id = params['id'] ?? ''
  const names = useNames(listing)
  const found = useResource(
    `reservation ${id}`,
    (signal) => client.reservations.get(listing.id, id, { signal }),
    { everyMs: LOOK_MS },
  )
  const { value } = found
  return (
    <Page
      title={value === undefined ? 'Reservation' : (value.contact?.name ?? value.customer)}
      lead={
        <>
          Reservation <code class="id">{id}</code>
        </>
      }
    >
      <Shown of={found} what="the reservation">
        {(reservation) => (
          <>
            <Facts reservation={reservation} names={names} />
            <Actions
              listing={listing}
              reservation={reservation}
              names={names}
              after={found.reload}
            />
            <div class="two">
              <ContactCard listing={listing} reservation={reservation} after={found.reload} />
              <MetadataCard listing={listing} reservation={reservation} after={found.reload} />
            </div>
            <Part title="History">
              <History listing={listing} reservation={reservation} names={names} />
            </Part>
          </>
        )}
      </Shown>
    </Page>
  )
}

/** The reservation in a glance. */
function Facts({ reservation, names }: { reservation: Reservation; names: Names }) {
  const { state, customer, lines, created_at, expires_at, payment_ref, refund_due } = reservation
  const zone = names.zoneOf(undefined)
  return (
    <div class="card facts">
      <div class="facts-state" aria-live="polite">
        <StateTag state={state} />
        {state === 'held' && expires_at !== null && (
          <span>
            runs out in <Countdown until={expires_at} />
          </span>
        )}
        {refund_due && (
          <a class="tag danger" href={hrefOf('refunds')}>
            Refund due
          </a>
        )}
      </div>
      <LinesInWords lines={lines} names={names} />
      <dl>
        <div>
          <dt>Customer</dt>
          <dd>
            <a href={hrefOf('find', { customer })}>{customer}</a>
          </dd>
        </div>
        <div>
          <dt>Made</dt>
          <dd class="figures">{momentText(zone, created_at)}</dd>
        </div>
        <div>
          <dt>Payment</dt>
          <dd>{payment_ref ?? <span class="soft">None</span>}</dd>
        </div>
      </dl>
    </div>
  )
}
