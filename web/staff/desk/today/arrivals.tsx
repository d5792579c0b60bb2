import type { Listing, Reservation } from 'holdfast/client'
import { addDays, clockText, instantOf } from '../../../shared/times.js'
import { client } from '../../api.js'
import { Empty, Shown } from '../../calls/shown.js'
import { type Answered, useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import { Part } from '../../shell/page.js'
import { wordsOf } from '../../words/lines.js'
import type { Names } from '../../words/names.js'
import { StateTag } from '../../words/state-tag.js'
import { ReservationRows } from '../reservation-rows.js'

const LOOK_MS = 15_000
const PAGES_MAX = 5
const SHOWN_MAX = 12

interface ArrivalsProps {
  readonly listing: Listing
  readonly names: Names
  /** Today, where the place is. */
  readonly date: string
}

/** Who comes today: slots and ranges in the order of their times, then stays that begin. */
export function Arrivals({ listing, names, date }: ArrivalsProps) {
  const zone = listing.time_zone
  const bounds = {
    overlaps_from: new Date(instantOf(zone, date, 0) ?? Date.parse(date)).toISOString(),
    overlaps_until: new Date(
      instantOf(zone, addDays(date, 1), 0) ?? Date.parse(addDays(date, 1)),
    ).toISOString(),
  }
  const present = useResource(
    `arrivals ${listing.id} ${date}`,
    (signal) => readPresent(listing.id, bounds, signal),
    { everyMs: LOOK_MS },
  )
  return (
    <Part
      title="Arrivals"
      aside={<a href={hrefOf('find', { from: date, until: date })}>Everybody here today</a>}
    >
      <Shown of={present} what="the arrivals">
        {({ items, areMore }) => {
          const arriving = items
            .flatMap((reservation) => arrivalOf(reservation, names, date))
            .sort((a, b) => a.atMs - b.atMs)
          if (arriving.length === 0) {
            return (
              <Empty title="Nobody arrives today">
                <p>Slots that are booked for today, and stays that begin, appear here.</p>
              </Empty>
            )
          }
          const rest = arriving.length - SHOWN_MAX
          return (
            <>
              <ReservationRows
                reservations={arriving.slice(0, SHOWN_MAX).map(({ reservation }) => reservation)}
                names={names}
                side={(reservation) => <When reservation={reservation} names={names} date={date} />}
              />
              {(rest > 0 || areMore) && (
                <p class="soft">
                  {rest > 0 ? `${rest} more arrive. ` : 'There may be more. '}
                  <a href={hrefOf('find', { from: date, until: date })}>See everybody</a>
                </p>
              )}
            </>
          )
        }}
      </Shown>
    </Part>
  )
}

function When({
  reservation,
  names,
  date,
}: Omit<ArrivalsProps, 'listing'> & { reservation: Reservation }) {
  const [arrival] = arrivalOf(reservation, names, date)
  return (
    <>
      {arrival?.clock !== undefined && <strong class="figures">{arrival.clock}</strong>}
      {reservation.state === 'held' && <StateTag state="held" />}
    </>
  )
}

interface Arrival {
  readonly reservation: Reservation
  readonly atMs: number
  /** Undefined for a stay: guests arrive when they like. */
  readonly clock: string | undefined
}

/** Empty for who was here before today: a stay that goes on. */
function arrivalOf(reservation: Reservation, names: Names, date: string): Arrival[] {
  const firsts = wordsOf(reservation.lines, names).filter(({ firstDay }) => firstDay === date)
  const [first] = firsts.sort((a, b) => (a.fromMs ?? Infinity) - (b.fromMs ?? Infinity))
  if (first === undefined) return []
  const { fromMs } = first
  const line = reservation.lines.find(({ pool_id }) => pool_id === first.key)
  const clock =
    fromMs === undefined ? undefined : clockText(names.zoneOf(line?.resource_id), fromMs)
  return [{ reservation, atMs: fromMs ?? Number.MAX_SAFE_INTEGER, clock }]
}

interface Present {
  readonly items: readonly Reservation[]
  /** True: there are more than were read. */
  readonly areMore: boolean
}

async function readPresent(
  listingId: string,
  bounds: { readonly overlaps_from: string; readonly overlaps_until: string },
  signal: AbortSignal,
): Promise<Answered<Present>> {
  const items: Reservation[] = []
  let cursor: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const query = { state: 'held,confirmed', limit: 100, ...bounds }
    const page = await client.reservations.list(
      listingId,
      cursor === undefined ? query : { ...query, cursor },
      { signal },
    )
    if (!page.ok) return page
    items.push(...page.value.items)
    cursor = page.value.next_cursor ?? undefined
    if (cursor === undefined) break
  }
  return { ok: true, value: { items, areMore: cursor !== undefined } }
}
