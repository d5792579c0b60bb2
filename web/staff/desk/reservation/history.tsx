import type { Listing, Reservation } from 'holdfast/client'
import { client } from '../../api.js'
import { cursorOf, Pager } from '../../calls/pager.js'
import { Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import type { Names } from '../../words/names.js'
import { Entries } from '../entries.js'

interface HistoryProps {
  readonly listing: Listing
  readonly reservation: Reservation
  readonly names: Names
}

/** What the journal has of one reservation, the oldest first. */
export function History({ listing, reservation, names }: HistoryProps) {
  const { id, version } = reservation
  const { cursor } = cursorOf()
  const entries = useResource(`history ${id} ${version} ${cursor}`, (signal) =>
    client.reservations.history(listing.id, id, { limit: 50, ...cursorOf() }, { signal }),
  )
  return (
    <Shown of={entries} what="the history">
      {({ items, next_cursor }) => (
        <>
          <Entries entries={items} names={names} lines={reservation.lines} />
          <Pager next={next_cursor} what="history" />
        </>
      )}
    </Shown>
  )
}
