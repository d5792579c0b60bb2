import type { Listing, Webhook } from 'holdfast/client'
import { client } from '../api.js'
import { Paged, usePaged } from '../calls/paged.js'
import { Empty, Shown } from '../calls/shown.js'
import { useResource } from '../calls/use-resource.js'
import type { PageProps } from '../page-props.js'
import { Page, Part } from '../shell/page.js'
import { kindText } from '../words/entries.js'
import { momentText } from '../words/lines.js'
import { LetterRows } from './letter-rows.js'
import './rows.css'

const LOOK_MS = 15_000

/** Who was to be told of something, and was not; and what webhooks were told last. */
export function Notices({ listing }: PageProps) {
  const letters = usePaged(
    `letters ${listing.id}`,
    (page, signal) => client.notices.deadLetters(listing.id, page, { signal }),
    { limit: 25, everyMs: LOOK_MS },
  )
  return (
    <Page
      title="Notices"
      lead="Mails to customers and calls to webhooks. One that fails is tried again by itself; what was given up waits here."
    >
      <Part title="Not delivered">
        <Paged
          of={letters}
          what="notices"
          none={
            <Empty title="Every notice was delivered">
              <p>A mail or a call of a webhook that was given up appears here.</p>
            </Empty>
          }
        >
          {(items) => <LetterRows listing={listing} letters={items} after={letters.reload} />}
        </Paged>
      </Part>
      <Endpoints listing={listing} />
    </Page>
  )
}

function Endpoints({ listing }: { listing: Listing }) {
  const endpoints = usePaged(
    `endpoints ${listing.id}`,
    (page, signal) => client.webhooks.list({ listing_id: listing.id, ...page }, { signal }),
    { limit: 10, cursorName: 'endpoint' },
  )
  return (
    <Part title="Webhooks">
      <Paged
        of={endpoints}
        what="webhooks"
        none={
          <Empty title="No webhooks">
            <p>A program that is told of what happens appears here, with what it answered.</p>
          </Empty>
        }
      >
        {(items) => (
          <ul class="plain card rows">
            {items.map((webhook) => (
              <li key={webhook.id}>
                <Endpoint webhook={webhook} zone={listing.time_zone} />
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Part>
  )
}

const STATES = {
  due: 'on its way',
  delivered: 'delivered',
  dead: 'given up',
  needless: 'not needed',
} as const

/** An endpoint with the last that it was told. */
function Endpoint({ webhook, zone }: { webhook: Webhook; zone: string }) {
  const last = useResource(
    `deliveries ${webhook.id}`,
    (signal) => client.webhooks.deliveries(webhook.id, { limit: 3 }, { signal }),
    { everyMs: LOOK_MS },
  )
  return (
    <div class="row-main">
      <span class="row-title">{webhook.description || webhook.url || 'A listener'}</span>
      {webhook.disabled && <span class="soft">It is turned off, and told nothing.</span>}
      <Shown of={last} what="its deliveries">
        {({ items }) =>
          items.length === 0 ? (
            <span class="soft small">It was told nothing yet.</span>
          ) : (
            <ul class="plain small figures">
              {items.map((delivery) => (
                <li key={delivery.id}>
                  {momentText(zone, delivery.happened_at)}: {kindText(delivery.kind)},{' '}
                  {STATES[delivery.state]}
                  {delivery.status !== null && ` (${delivery.status})`}
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </div>
  )
}
