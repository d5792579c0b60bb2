import { place } from '../../../shared/route.js'
import { cityOf } from '../../../shared/times.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import type { PageProps } from '../../page-props.js'
import { Page } from '../../shell/page.js'
import { allResources } from '../all-pages.js'
import { ResourceChooser } from '../resource-chooser.js'
import { Editor } from './editor.js'
import { scheduledOf } from './load.js'
import './schedules.css'

/** When a resource is open, and how its time is sold. */
export function Schedules({ listing }: PageProps) {
  const resources = useResource(`resources ${listing.id}`, (signal) =>
    allResources(listing, signal),
  )
  return (
    <Page
      title="Schedules"
      lead="When a resource is open, and how its time is sold. What is sold already stays sold."
    >
      <Shown of={resources} what="the resources">
        {(all) => {
          const chosen =
            all.find(({ id }) => id === place.value.query.get('resource')) ??
            all.find(({ exclusive }) => exclusive) ??
            all[0]
          if (chosen === undefined) return <Empty title="This listing has no resources yet" />
          return (
            <>
              <ResourceChooser resources={all} chosen={chosen} />
              <OneSchedule key={chosen.id} listing={listing} resource={chosen} />
            </>
          )
        }}
      </Shown>
    </Page>
  )
}

type OneScheduleProps = Pick<PageProps, 'listing'> & Pick<Parameters<typeof Editor>[0], 'resource'>

function OneSchedule({ listing, resource }: OneScheduleProps) {
  const scheduled = useResource(`schedule ${resource.id}`, (signal) =>
    scheduledOf(listing, resource, signal),
  )
  return (
    <Shown of={scheduled} what="the schedule">
      {(found) => (
        <>
          <p class="soft">
            {found.schedule === undefined ? 'It has no schedule yet. ' : ''}
            Hours are told by the clocks of {cityOf(found.zone)}.
          </p>
          <Editor
            key={found.schedule?.version ?? 'new'}
            {...{ listing, resource, scheduled: found, reload: scheduled.reload }}
          />
        </>
      )}
    </Shown>
  )
}
