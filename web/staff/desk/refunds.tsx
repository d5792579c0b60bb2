import type { Listing } from 'holdfast/client'
import { client } from '../api.js'
import { Paged, usePaged } from '../calls/paged.js'
import { Empty } from '../calls/shown.js'
import type { PageProps } from '../page-props.js'
import { Page, Part } from '../shell/page.js'
import { useNames } from '../words/use-names.js'
import { Entries } from './entries.js'
import { RefundRows } from './refund-rows.js'

/** Money that is due back, and what was given back. */
export function Refunds({ listing }: PageProps) {
  const due = usePaged(
    `refunds ${listing.id}`,
    (page, signal) => client.refunds.list(listing.id, page, { signal }),
    { limit: 25 },
  )
  return (
    <Page
      title="Refunds"
      lead="Holdfast moves no money. It remembers which payments have to be given back, until you say that they were."
    >
      <Part title="Due">
        <Paged
          of={due}
          what="refunds"
          none={
            <Empty title="No refunds due">
              <p>
                When a paid reservation is cancelled, or a payment comes too late, it appears here.
              </p>
            </Empty>
          }
        >
          {(items) => <RefundRows listing={listing} refunds={items} after={due.reload} />}
        </Paged>
      </Part>
      <Settled listing={listing} turn={due.value} />
    </Page>
  )
}

/** The journal knows what was given back, and who said so. */
function Settled({ listing, turn }: { listing: Listing; turn: unknown }) {
  const names = useNames(listing)
  const settled = usePaged(
    `settled ${listing.id}`,
    (page, signal) =>
      client.journal.list(listing.id, { kind: 'refund_settled', ...page }, { signal }),
    { limit: 25, cursorName: 'settled', after: turn },
  )
  return (
    <Part title="Given back">
      <Paged
        of={settled}
        what="settled refunds"
        none={
          <Empty title="Nothing was given back yet">
            <p>A payment that was marked as given back appears here, with who said so.</p>
          </Empty>
        }
      >
        {(items) => <Entries entries={items} names={names} hasLinks />}
      </Paged>
    </Part>
  )
}
