import type { Listing } from 'holdfast/client'
import { client } from '../../api.js'
import { Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { ask } from '../../shell/ask.js'
import { Page, Part } from '../../shell/page.js'
import { archive } from '../archive.js'
import { given, wayBack } from '../back.js'
import { Facts } from '../facts.js'
import { Metadata } from '../metadata.js'
import { changePolicy } from './policy.js'

/** One listing: its name, its clocks, and what it allows. */
export function ListingPage({ listing: { id } }: PageProps) {
  const listing = useResource(`listing ${id}`, (signal) => client.listings.get(id, { signal }))
  const { value, reload } = listing
  return (
    <Page
      title={value?.name ?? 'Listing'}
      lead={<a href={hrefOf('listings')}>All listings</a>}
      actions={value !== undefined && <Actions listing={value} after={reload} />}
    >
      <Shown of={listing} what="the listing">
        {(shown) => (
          <>
            <Facts
              of={[
                ['State', shown.archived ? 'Archived: it sells nothing new' : 'On sale'],
                ['Time zone', shown.time_zone],
                ['Id', <code key="id">{shown.id}</code>],
              ]}
            />
            <Part
              title="What it allows"
              aside={
                <button
                  type="button"
                  class="button quiet"
                  onClick={() => changePolicy(shown, reload)}
                >
                  Change <span class="heard">what it allows</span>
                </button>
              }
            >
              <Policy of={shown.policy} />
            </Part>
            <Metadata
              metadata={shown.metadata}
              set={(metadata) => client.listings.change(id, { metadata })}
              after={reload}
            />
          </>
        )}
      </Shown>
    </Page>
  )
}

function Policy({ of: policy }: { of: Listing['policy'] }) {
  const most = (figure: number | null) => (figure === null ? 'No limit' : String(figure))
  return (
    <Facts
      of={[
        ['Places of one customer', most(policy.customer_units_max)],
        ['Open holds of one customer', most(policy.customer_holds_max)],
        ['A hold lasts at most', secondsText(policy.hold_seconds_max)],
        ['With extensions', secondsText(policy.hold_age_seconds_max)],
        ['When a paid reservation is cancelled', refundText(policy)],
        ['The public may confirm', policy.storefront_confirms === 'free' ? 'Yes, free' : 'No'],
      ]}
    />
  )
}

function refundText({ refund_on_cancel }: Listing['policy']): string {
  return refund_on_cancel === 'always' ? 'Its payment is due back' : 'Nothing is due back'
}

function secondsText(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}

function Actions({ listing, after }: { listing: Listing; after: () => void }) {
  const { id, name, archived } = listing
  const { archive: put, unarchive: back } = client.listings
  return (
    <>
      <button type="button" class="button" onClick={() => change(listing, after)}>
        Change
      </button>
      <button
        type="button"
        class="button"
        onClick={() =>
          archive({
            ...{ name, archived, after },
            put: (reason) => put(id, given({ reason })),
            back: (reason) => back(id, given({ reason })),
          })
        }
      >
        {archived ? 'Put on sale again' : 'Archive'}
      </button>
    </>
  )
}

function change({ id, name, time_zone }: Listing, after: () => void): void {
  ask<Listing>({
    title: `Change ${name}`,
    text: 'With another time zone free slots are made again by the new clocks; what is sold stays.',
    yes: 'Save',
    fields: [
      { name: 'name', label: 'Name', value: name },
      { name: 'zone', label: 'Time zone', value: time_zone, hint: 'As in Europe/Berlin.' },
    ],
    asksReason: true,
    act: ({ name: called, zone, reason }) =>
      client.listings.change(id, given({ name: called, time_zone: zone, reason })),
    done: (changed) => {
      after()
      const undo = wayBack(
        () => client.listings.change(id, { name, time_zone }),
        `${name} is as it was.`,
        after,
      )
      return { text: `${changed.name} is changed.`, undo }
    },
  })
}
