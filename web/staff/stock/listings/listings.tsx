import type { Listing } from 'holdfast/client'
import { go } from '../../../shared/route.js'
import { client } from '../../api.js'
import { Paged, usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import { hrefOf } from '../../hrefs.js'
import { ask } from '../../shell/ask.js'
import { Page } from '../../shell/page.js'
import { given } from '../back.js'
import '../../desk/rows.css'

/** What the shop sells places of. */
export function Listings() {
  const listings = usePaged('listings', (page, signal) => client.listings.list(page, { signal }))
  return (
    <Page
      title="Listings"
      lead="An event, a turf, a hotel: each has its own resources, limits and books."
      actions={
        <button type="button" class="button main" onClick={create}>
          New listing
        </button>
      }
    >
      <Paged of={listings} what="listings" none={<Empty title="There is no listing yet" />}>
        {(items) => (
          <ul class="plain card rows">
            {items.map(({ id, name, time_zone, archived }) => (
              <li key={id}>
                <span class="row-main">
                  <a class="row-title" href={hrefOf('listing', { listing: id })}>
                    {name}
                  </a>
                  <span class="soft small">{time_zone}</span>
                </span>
                {archived && <span class="tag signal">Archived</span>}
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Page>
  )
}

function create(): void {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  ask<Listing>({
    title: 'New listing',
    text: 'It is on sale as soon as it has something to sell.',
    yes: 'Make it',
    fields: [
      { name: 'name', label: 'Name' },
      { name: 'zone', label: 'Time zone', value: timeZone, hint: 'As in Europe/Berlin.' },
    ],
    asksReason: true,
    act: ({ name = '', zone, reason }) =>
      client.listings.create({ name, ...given({ time_zone: zone, reason }) }),
    done: ({ id, name }) => {
      go(hrefOf('listing', { listing: id }))
      return `“${name}” is made.`
    },
  })
}
