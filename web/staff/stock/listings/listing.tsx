import type { Listing } from 'holdfast/client'
import { client } from '../../api.js'
import { useResource } from '../../calls/use-resource.js'
import type { PageProps } from '../../page-props.js'
import { Part } from '../../shell/page.js'
import { given } from '../back.js'
import { Facts } from '../facts.js'
import { Metadata } from '../metadata.js'
import { NounPage } from '../noun-page.js'
import { SaleActions } from '../sale-actions.js'
import { changePolicy } from './policy.js'

/** One listing: its name, its clocks, and what it allows. */
export function ListingPage({ listing: { id } }: PageProps) {
  const listing = useResource(`listing ${id}`, (signal) => client.listings.get(id, { signal }))
  const { reload } = listing
  return (
    <NounPage
      of={listing}
      noun="listing"
      called={({ name }) => name}
      list="listings"
      actions={(shown) => <Actions listing={shown} after={reload} />}
    >
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
    </NounPage>
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
  const { id, name, time_zone } = listing
  return (
    <SaleActions
      of={listing}
      change={{
        text: 'With another time zone free slots are made again by the new clocks; what is sold stays.',
        fields: [
          { name: 'name', label: 'Name', value: name },
          { name: 'zone', label: 'Time zone', value: time_zone, hint: 'As in Europe/Berlin.' },
        ],
        act: ({ name: called, zone, reason }) =>
          client.listings.change(id, given({ name: called, time_zone: zone, reason })),
      }}
      changeBack={() => client.listings.change(id, { name, time_zone })}
      archive={(reason) => client.listings.archive(id, given({ reason }))}
      unarchive={(reason) => client.listings.unarchive(id, given({ reason }))}
      after={after}
    />
  )
}
