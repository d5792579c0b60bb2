import type { Listing } from 'holdfast/client'
import { client } from '../api.js'
import { cursorOf, Pager } from '../calls/pager.js'
import { Empty, Shown } from '../calls/shown.js'
import { useResource } from '../calls/use-resource.js'
import type { PageProps } from '../page-props.js'
import { Page, Part } from '../shell/page.js'
import { useNames } from '../words/use-names.js'
import { Entries } from './entries.js'
import { RefundRows } from './refund-rows.js'

/** Money that is due back, and what was given back. */
export function Refunds({ listing }: PageProps) {
  const { cursor } = cursorOf()
  const due = useResource(`refunds ${listing.id} ${cursor}`, (signal) =>
    client.refunds.list(listing.id, { limit: 25, ...cursorOf() }, { signal }),
  )
  return (
    <Page
      title="Refunds"
      lead="Holdfast moves no money. It remembers which payments have to be given back, until you say that they were."
    >
      <Part title="Due">
        <Shown of={due} what="the refunds that are due">
          {({ items, next_cursor }) => (
            <>
              {items.length === 0 ? (
                <Empty title="No refunds due">
                  <p>
                    When a paid reservation is cancelled, or a payment comes too late, it appears
                    here.
                  </p>
                </Empty>
              ) : (
                <RefundRows listing={listing} refunds={items} after={due.reload} />
              )}
              <Pager next={next_cursor} what="refunds" />
            </>
          )}
        </Shown>
      </Part>
      <Settled listing={listing} turn={due.value} />
    </Page>
  )
}

/** The journal knows what was given back, and who said so. */
function Settled({ listing, turn }: { listing: Listing; turn: unknown }) {
  const names = useNames(listing)
  const { cursor } = cursorOf('settled')
  const settled = useResource(
    `settled ${listing.id} ${cursor}`,
    (signal) =>
      client.journal.list(
        listing.id,
        { kind: 'refund_settled', limit: 25, ...cursorOf('settled') },
        { signal },
      ),
    { after: turn },
  )
  return (
    <Part title="Given back">
      <Shown of={settled} what="the refunds that were settled">
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? (
              <Empty title="Nothing was given back yet">
                <p>A payment that was marked as given back appears here, with who said so.</p>
              </Empty>
            ) : (
              <Entries entries={items} names={names} hasLinks />
            )}
            <Pager next={next_cursor} what="settled refunds" name="settled" />
          </>
        )}
      </Shown>
    </Part>
  )
}
