import type { Listing, Resource } from 'holdfast/client'
import { useMemo } from 'preact/hooks'
import { place } from '../../../shared/route.js'
import { addDays, cityOf, dateOf, dateText, isElsewhere } from '../../../shared/times.js'
import { Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefWith } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { Page } from '../../shell/page.js'
import { allResources } from '../all-pages.js'
import { HoursPart } from './hours-part.js'
import { NightsPart } from './nights-part.js'
import { PlacesPart } from './places-part.js'
import { rowsShown } from './taken.js'
import { useRows } from './use-rows.js'
import { YearPart } from './year-part.js'
import './occupancy.css'

const VIEWS = { day: 'Day', month: 'Month', year: 'Year' } as const
type View = keyof typeof VIEWS

/** What is taken, as it changes: by the hour, by the night, and over a year. */
export function Occupancy({ listing }: PageProps) {
  const resources = useResource(`resources ${listing.id}`, (signal) =>
    allResources(listing, signal),
  )
  const { query } = place.value
  const view = (query.get('view') ?? 'day') as View
  const today = dateOf(listing.time_zone, Date.now())
  const asked = query.get('date') ?? today
  const date = Number.isNaN(Date.parse(asked)) ? today : asked
  return (
    <Page
      title="Occupancy"
      lead={
        isElsewhere(listing.time_zone, Date.now())
          ? `Times are those of ${cityOf(listing.time_zone)}.`
          : undefined
      }
    >
      <ViewBar view={view in VIEWS ? view : 'day'} date={date} today={today} />
      <Shown of={resources} what="the resources">
        {(all) => <Taken listing={listing} resources={all} view={view} date={date} today={today} />}
      </Shown>
    </Page>
  )
}

interface TakenProps {
  readonly listing: Listing
  readonly resources: readonly Resource[]
  readonly view: View
  readonly date: string
  readonly today: string
}

function Taken({ listing, resources, view, date, today }: TakenProps) {
  const { from, to } =
    view === 'year' ? { from: today, to: addDays(today, 62) } : spanOf(view, date)
  const { rows, nights, pools, bell, isOld, sentence } = useRows(listing, resources, { from, to })
  const shown = useMemo(() => rowsShown(rows ?? new Map()), [rows])
  return (
    <>
      {isOld && (
        <p class="message signal" role="status">
          {sentence ?? 'The line to the server is lost: what you see may be old. Trying again.'}
        </p>
      )}
      {view === 'year' ? (
        <YearPart
          {...{ listing, resources, bell }}
          year={Number(date.slice(0, 4))}
          chosen={place.value.query.get('resource') ?? ''}
        />
      ) : (
        <>
          {rows !== undefined && (shown.length > 0 || !hasOther(resources, pools.size)) && (
            <HoursPart rows={shown} zone={listing.time_zone} from={from} to={to} />
          )}
          <NightsPart {...{ listing, resources, from, to, heard: nights, bell }} />
          <PlacesPart pools={[...pools.values()]} />
        </>
      )}
      {rows !== undefined && !isOld && <p class="small soft">Moves as people book.</p>}
    </>
  )
}

/** A hotel or an event has nothing by the hour, and nobody misses it. */
function hasOther(resources: readonly Resource[], pools: number): boolean {
  return pools > 0 || resources.some(({ exclusive }) => !exclusive)
}

function ViewBar({ view, date, today }: { view: View; date: string; today: string }) {
  const { from, to } = spanOf(view, date)
  const before = view === 'day' ? addDays(date, -1) : spanOf(view, addDays(from, -1)).from
  const title = {
    day: dateText(date, 'long'),
    month: dateText(date, 'month'),
    year: date.slice(0, 4),
  }[view]
  return (
    <div class="view-bar">
      <nav aria-label="How much at once" class="view-tabs">
        {Object.entries(VIEWS).map(([name, text]) => (
          <a
            key={name}
            href={hrefWith({ view: name })}
            aria-current={name === view ? 'true' : undefined}
          >
            {text}
          </a>
        ))}
      </nav>
      <h2 class="view-title" aria-live="polite">
        {title}
      </h2>
      <nav aria-label="Dates" class="view-dates">
        <a class="button quiet" href={hrefWith({ date: before })}>
          Before
        </a>
        <a class="button quiet" href={hrefWith({ date: today })}>
          Today
        </a>
        <a class="button quiet" href={hrefWith({ date: to })}>
          After
        </a>
      </nav>
    </div>
  )
}

function spanOf(view: View, date: string): { readonly from: string; readonly to: string } {
  if (view === 'day') return { from: date, to: addDays(date, 1) }
  if (view === 'year') {
    const year = Number(date.slice(0, 4))
    return { from: `${year}-01-01`, to: `${year + 1}-01-01` }
  }
  const from = `${date.slice(0, 7)}-01`
  return { from, to: `${addDays(from, 31).slice(0, 7)}-01` }
}
