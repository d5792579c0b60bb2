import type { IssuedWebhook, Listing, Webhook } from 'holdfast/client'
import { client } from '../../api.js'
import { usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import { session } from '../../session.js'
import { ask } from '../../shell/ask.js'
import { allOf } from '../all-pages.js'
import { given } from '../back.js'
import { IssuingPage } from '../issuing-page.js'
import { kindsOf } from './kinds.js'

/** Programs of others that are told of events. */
export function Webhooks() {
  const webhooks = usePaged('webhooks', (page, signal) => client.webhooks.list(page, { signal }))
  const { value: listings } = useResource('all listings', (signal) =>
    allOf((page) => client.listings.list(page, { signal })),
  )
  const names = new Map(listings?.map(({ id, name }) => [id, name]))
  return (
    <IssuingPage
      title="Webhooks"
      lead="Programs of others that are told of what happens to reservations."
      of={webhooks}
      what="endpoints"
      none={
        <Empty title="Nobody is told">
          <p>An endpoint is an address that gets a message for every event.</p>
        </Empty>
      }
      make="New endpoint"
      create={listings && ((onMade) => create(listings, onMade))}
      secretOf={({ secret }: IssuedWebhook) => ({
        title: 'The endpoint’s secret',
        text: 'It is shown this once. The receiver checks with it that a message is ours.',
        secret,
      })}
    >
      {(webhook) => (
        <Row key={webhook.id} webhook={webhook} listing={names.get(webhook.listing_id ?? '')} />
      )}
    </IssuingPage>
  )
}

function Row({ webhook, listing }: { webhook: Webhook; listing: string | undefined }) {
  const { id, listing_id, url, description, disabled } = webhook
  return (
    <li>
      <span class="row-main">
        <a class="row-title" href={hrefOf(`webhook/${id}`)}>
          {url ?? 'A listener on the command line'}
        </a>
        {description !== '' && <span>{description}</span>}
        <span class="soft small">
          {listing_id === null ? 'Events of every listing' : `Events of ${listing ?? 'a listing'}`}
        </span>
      </span>
      {disabled && <span class="tag signal">Off</span>}
    </li>
  )
}

function create(listings: readonly Listing[], onMade: (made: IssuedWebhook) => void): void {
  const { value } = session
  const isAdmin = value.state === 'in' && value.who.scope === 'admin'
  ask<IssuedWebhook>({
    title: 'New endpoint',
    text: 'It is told of every event from now on.',
    yes: 'Make the endpoint',
    fields: [
      {
        ...{ name: 'url', label: 'Address', type: 'url' as const, value: 'https://' },
        hint: 'https, a name on the public internet.',
      },
      {
        ...{ name: 'listing', label: 'Events of', isOptional: isAdmin },
        options: [
          ...(isAdmin ? [{ value: '', name: 'Every listing' }] : []),
          ...listings.map(({ id, name }) => ({ value: id, name })),
        ],
      },
      {
        ...{ name: 'kinds', label: 'Kinds of events', isOptional: true },
        hint: 'As in reservation.confirmed, several with spaces. Empty: every kind.',
      },
      { name: 'description', label: 'What it is for', isOptional: true },
    ],
    act: ({ url = '', listing, kinds, description }) =>
      client.webhooks.create({
        ...{ url, kinds: kindsOf(kinds) },
        ...given({ listing_id: listing, description }),
      }),
    done: (made) => {
      onMade(made)
      return undefined
    },
  })
}
