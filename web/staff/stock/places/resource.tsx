import type { Resource } from 'holdfast/client'
import { client } from '../../api.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import type { Field } from '../../shell/ask-field.js'
import { given } from '../back.js'
import { Facts } from '../facts.js'
import { Metadata } from '../metadata.js'
import { NounPage } from '../noun-page.js'
import { SaleActions } from '../sale-actions.js'

/** One resource: what it is called, by which clocks it goes, and how early and late it is booked. */
export function ResourcePage({ listing, params }: PageProps) {
  const id = params['id'] ?? ''
  const resource = useResource(`resource ${id}`, (signal) =>
    client.resources.get(listing.id, id, { signal }),
  )
  const { reload } = resource
  return (
    <NounPage
      of={resource}
      noun="resource"
      called={({ name }) => name}
      list="resources"
      actions={(shown) => <Actions resource={shown} after={reload} />}
    >
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
    </NounPage>
  )
}

function horizonText({ horizon_days }: Resource): string {
  return horizon_days === null ? 'Any day to come' : `At most ${horizon_days} days from today`
}

function Actions({ resource, after }: { resource: Resource; after: () => void }) {
  const { listing_id, id, name, time_zone, notice_minutes, horizon_days } = resource
  const { change, archive, unarchive } = client.resources
  const before = { name, time_zone, notice_minutes, horizon_days }
  return (
    <SaleActions
      of={resource}
      change={{
        text: 'With another time zone nights and free slots are computed again; what is sold stays.',
        fields: fieldsOf(resource),
        act: ({ name: called = name, zone, notice, horizon, reason }) =>
          change(listing_id, id, {
            ...{ name: called, time_zone: zone ?? null, notice_minutes: Number(notice) },
            ...{ horizon_days: horizon === undefined ? null : Number(horizon) },
            ...given({ reason }),
          }),
      }}
      changeBack={() => change(listing_id, id, before)}
      archive={(reason) => archive(listing_id, id, given({ reason }))}
      unarchive={(reason) => unarchive(listing_id, id, given({ reason }))}
      after={after}
    />
  )
}

function fieldsOf({ name, time_zone, notice_minutes, horizon_days }: Resource): Field[] {
  return [
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
  ]
}
