import type { Resource } from 'holdfast/client'
import { client } from '../../api.js'
import { Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { ask } from '../../shell/ask.js'
import { Page } from '../../shell/page.js'
import { archive } from '../archive.js'
import { given, wayBack } from '../back.js'
import { Facts } from '../facts.js'
import { Metadata } from '../metadata.js'

/** One resource: what it is called, by which clocks it goes, and how early and late it is booked. */
export function ResourcePage({ listing, params }: PageProps) {
  const id = params['id'] ?? ''
  const resource = useResource(`resource ${id}`, (signal) =>
    client.resources.get(listing.id, id, { signal }),
  )
  const { value, reload } = resource
  return (
    <Page
      title={value?.name ?? 'Resource'}
      lead={<a href={hrefOf('resources')}>All resources</a>}
      actions={value !== undefined && <Actions resource={value} after={reload} />}
    >
      <Shown of={resource} what="the resource">
        {(shown) => (
          <>
            <Facts
              of={[
                ['State', shown.archived ? 'Archived: it sells nothing new' : 'On sale'],
                ['Sold', shown.exclusive ? 'To one customer at a time' : 'To several at once'],
                ['Time zone', shown.time_zone ?? `${listing.time_zone}, the listing’s`],
                ['Booked until', `${shown.notice_minutes} minutes before it begins`],
                ['Booked for', horizonText(shown)],
              ]}
            />
            <p class="buttons">
              <a class="button quiet" href={hrefOf('schedules', { resource: id })}>
                Schedule
              </a>
              {!shown.exclusive && (
                <a class="button quiet" href={hrefOf('nights', { resource: id })}>
                  Nights
                </a>
              )}
            </p>
            <Metadata
              metadata={shown.metadata}
              set={(metadata) => client.resources.change(listing.id, id, { metadata })}
              after={reload}
            />
          </>
        )}
      </Shown>
    </Page>
  )
}

function horizonText({ horizon_days }: Resource): string {
  return horizon_days === null ? 'Any day to come' : `At most ${horizon_days} days from today`
}

function Actions({ resource, after }: { resource: Resource; after: () => void }) {
  const { listing_id, id, name, archived } = resource
  const { archive: put, unarchive: back } = client.resources
  return (
    <>
      <button type="button" class="button" onClick={() => change(resource, after)}>
        Change
      </button>
      <button
        type="button"
        class="button"
        onClick={() =>
          archive({
            ...{ name, archived, after },
            put: (reason) => put(listing_id, id, given({ reason })),
            back: (reason) => back(listing_id, id, given({ reason })),
          })
        }
      >
        {archived ? 'Put on sale again' : 'Archive'}
      </button>
    </>
  )
}

function change(resource: Resource, after: () => void): void {
  const { listing_id, id, name, time_zone, notice_minutes, horizon_days } = resource
  ask<Resource>({
    title: `Change ${name}`,
    text: 'With another time zone nights and free slots are computed again; what is sold stays.',
    yes: 'Save',
    fields: [
      { name: 'name', label: 'Name', value: name },
      {
        ...{ name: 'zone', label: 'Time zone', value: time_zone ?? '', isOptional: true },
        hint: 'Empty: the listing’s.',
      },
      {
        ...{ name: 'notice', label: 'Booked at the latest, in minutes before' },
        ...{ type: 'number' as const, min: 0, max: 525_600, value: String(notice_minutes) },
      },
      {
        ...{ name: 'horizon', label: 'Booked at most so many days ahead' },
        ...{ type: 'number' as const, min: 0, max: 3_650, isOptional: true },
        ...{ value: String(horizon_days ?? ''), hint: 'Empty: any day to come.' },
      },
    ],
    asksReason: true,
    act: ({ name: called = name, zone, notice, horizon, reason }) =>
      client.resources.change(listing_id, id, {
        ...{ name: called, time_zone: zone ?? null, notice_minutes: Number(notice) },
        ...{ horizon_days: horizon === undefined ? null : Number(horizon) },
        ...given({ reason }),
      }),
    done: (changed) => {
      after()
      const before = { name, time_zone, notice_minutes, horizon_days }
      const undo = wayBack(
        () => client.resources.change(listing_id, id, before),
        `${name} is as it was.`,
        after,
      )
      return { text: `${changed.name} is changed.`, undo }
    },
  })
}
