import type { Listing } from 'holdfast/client'
import { client } from '../../api.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import { Part } from '../../shell/page.js'
import { LetterRows } from '../letter-rows.js'

const LOOK_MS = 15_000
const SHOWN_MAX = 5

/** Mails and webhooks that were given up. */
export function Undelivered({ listing }: { listing: Listing }) {
  const letters = useResource(
    `letters ${listing.id}`,
    (signal) => client.notices.deadLetters(listing.id, { limit: SHOWN_MAX }, { signal }),
    { everyMs: LOOK_MS },
  )
  return (
    <Part title="Notices not delivered" aside={<a href={hrefOf('notices')}>All notices</a>}>
      <Shown of={letters} what="the notices">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="Every notice was delivered">
              <p>A mail or a webhook that was given up appears here.</p>
            </Empty>
          ) : (
            <LetterRows listing={listing} letters={items} after={letters.reload} />
          )
        }
      </Shown>
    </Part>
  )
}
