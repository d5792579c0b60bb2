import { place } from '../../../shared/route.js'
import { client } from '../../api.js'
import { Paged, usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import type { PageProps } from '../../page-props.js'
import { Page } from '../../shell/page.js'
import { useNames } from '../../words/use-names.js'
import { ReservationRows } from '../reservation-rows.js'
import { FindForm } from './find-form.js'
import { isNarrow, queryOf, wishOf } from './wish.js'
import './find.css'

/** Reservations by whose they are, what stands on them, in what state they are and when they are for. */
export function Find({ listing }: PageProps) {
  const names = useNames(listing)
  const wish = wishOf(place.value.query)
  const key = place.value.query.toString()
  const found = usePaged(
    `find ${listing.id} ${key}`,
    (page, signal) =>
      client.reservations.list(
        listing.id,
        { ...queryOf(wish, listing.time_zone), ...page },
        { signal },
      ),
    { limit: 25 },
  )
  return (
    <Page title="Find a reservation" lead="The newest first. What is left empty does not count.">
      <FindForm key={key} wish={wish} names={names} />
      <section aria-label="Reservations found">
        <p class="heard" role="status">
          {found.value !== undefined && foundText(found.value.items.length)}
        </p>
        <Paged of={found} what="reservations" none={<Nothing isNarrow={isNarrow(wish)} />}>
          {(items) => <ReservationRows reservations={items} names={names} />}
        </Paged>
      </section>
    </Page>
  )
}

function foundText(count: number): string {
  if (count === 0) return 'Nothing was found.'
  return count === 1 ? '1 reservation found.' : `${count} reservations found.`
}

function Nothing({ isNarrow }: { isNarrow: boolean }) {
  return isNarrow ? (
    <Empty title="No reservation is like that">
      <p>
        A customer is found by the whole name or address, a contact by a whole address, number or
        name. Try with fewer fields filled in.
      </p>
    </Empty>
  ) : (
    <Empty title="No reservations yet">
      <p>Whoever books or holds something of this listing appears here.</p>
    </Empty>
  )
}
