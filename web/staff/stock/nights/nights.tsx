import type { Night, Resource } from 'holdfast/client'
import { place } from '../../../shared/route.js'
import { addDays, dateOf, dateText } from '../../../shared/times.js'
import { client } from '../../api.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefWith } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { Page, Part } from '../../shell/page.js'
import { allResources } from '../all-pages.js'
import { ResourceChooser } from '../resource-chooser.js'
import { setNights } from './set-nights.js'
import './nights.css'

/** How many rooms of a type there are each night, and on which terms. */
export function NightsPage({ listing }: PageProps) {
  const resources = useResource(`resources ${listing.id}`, (signal) =>
    allResources(listing, signal),
  )
  return (
    <Page title="Nights" lead="How many rooms of a type there are each night, and on which terms.">
      <Shown of={resources} what="the room types">
        {(all) => {
          const types = all.filter(({ exclusive }) => !exclusive)
          const chosen =
            types.find(({ id }) => id === place.value.query.get('resource')) ?? types[0]
          if (chosen === undefined) return <Empty title="This listing has no room types" />
          return (
            <>
              <ResourceChooser resources={types} chosen={chosen} />
              <Month key={chosen.id} listing={listing} resource={chosen} />
            </>
          )
        }}
      </Shown>
    </Page>
  )
}

function Month({ listing, resource }: Pick<PageProps, 'listing'> & { resource: Resource }) {
  const today = dateOf(resource.time_zone ?? listing.time_zone, Date.now())
  const month = (place.value.query.get('date') ?? today).slice(0, 7)
  const from = `${month}-01`
  const to = `${addDays(from, 31).slice(0, 7)}-01`
  const nights = useResource(`nights ${resource.id} ${from}`, (signal) =>
    client.nights.get(listing.id, resource.id, { from, to }, { signal }),
  )
  const set = (shown: readonly Night[]) =>
    setNights({ listing, resource, nights: shown, from, to, after: nights.reload })
  return (
    <Part
      title={dateText(from, 'month')}
      aside={
        <nav class="buttons" aria-label="Months">
          <a class="button quiet" href={hrefWith({ date: addDays(from, -1) })}>
            Before
          </a>
          <a class="button quiet" href={hrefWith({ date: to })}>
            After
          </a>
        </nav>
      }
    >
      <Shown of={nights} what="the nights">
        {({ nights: shown }) => (
          <>
            <div>
              <button type="button" class="button main" onClick={() => set(shown)}>
                Set nights
              </button>
            </div>
            {shown.length === 0 ? (
              <Empty title="No nights are on sale this month">
                <p>Set how many rooms there are, for as many nights as you like at once.</p>
              </Empty>
            ) : (
              <NightTable nights={shown} />
            )}
          </>
        )}
      </Shown>
    </Part>
  )
}

function NightTable({ nights }: { nights: readonly Night[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it sideways
    <section class="night-scroll card" aria-label="Nights" tabIndex={0}>
      <table class="night-table figures">
        <thead>
          <tr>
            <th scope="col">Night</th>
            <th scope="col">Rooms</th>
            <th scope="col">Taken</th>
            <th scope="col">Terms</th>
          </tr>
        </thead>
        <tbody>
          {nights.map((night) => (
            <tr key={night.night} class={night.taken > night.capacity ? 'over' : undefined}>
              <th scope="row">{dateText(night.night, 'short')}</th>
              <td>{night.capacity}</td>
              <td>{night.taken}</td>
              <td>{termsText(night)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** `2 to 7 nights, nobody arrives`; a dash where nothing is said. */
function termsText(night: Night): string {
  const { minimum_stay: least, maximum_stay: most } = night
  const terms = [
    most !== null ? `${least} to ${most} nights` : least > 1 ? `at least ${least} nights` : '',
    night.closed_to_arrival ? 'nobody arrives' : '',
    night.closed_to_departure ? 'nobody leaves' : '',
    night.on_sale ? '' : 'off sale',
  ].filter((term) => term !== '')
  return terms.length === 0 ? '–' : terms.join(', ')
}
