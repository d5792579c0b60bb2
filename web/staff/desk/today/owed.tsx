import type { Listing } from 'holdfast/client'
import { client } from '../../api.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import { Part } from '../../shell/page.js'
import { RefundRows } from '../refund-rows.js'

const LOOK_MS = 15_000
const SHOWN_MAX = 5

/** Money that is due back. */
export function Owed({ listing }: { listing: Listing }) {
  const refunds = useResource(
    `refunds ${listing.id}`,
    (signal) => client.refunds.list(listing.id, { limit: SHOWN_MAX }, { signal }),
    { everyMs: LOOK_MS },
  )
  return (
    <Part title="Refunds due" aside={<a href={hrefOf('refunds')}>All refunds</a>}>
      <Shown of={refunds} what="the refunds">
        {({ items, next_cursor }) =>
          items.length === 0 ? (
            <Empty title="No refunds due">
              <p>A payment that has to be given back appears here until somebody has done so.</p>
            </Empty>
          ) : (
            <>
              <RefundRows listing={listing} refunds={items} after={refunds.reload} />
              {next_cursor !== null && <p class="soft">The newest {SHOWN_MAX} are shown.</p>}
            </>
          )
        }
      </Shown>
    </Part>
  )
}
