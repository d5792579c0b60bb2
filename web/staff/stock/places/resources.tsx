import type { Listing, Resource } from 'holdfast/client'
import { go } from '../../../shared/route.js'
import { client } from '../../api.js'
import { Paged, usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { ask } from '../../shell/ask.js'
import { Page } from '../../shell/page.js'
import { given } from '../back.js'
import '../../desk/rows.css'

/** What the listing sells places on. */
export function Resources({ listing }: PageProps) {
  const resources = usePaged(`resources ${listing.id}`, (page, signal) =>
    client.resources.list(listing.id, page, { signal }),
  )
  return (
    <Page
      title="Resources"
      lead="What the listing sells places on: courts, classes, room types."
      actions={
        <button type="button" class="button main" onClick={() => create(listing)}>
          New resource
        </button>
      }
    >
      <Paged
        of={resources}
        what="resources"
        none={
          <Empty title="There are no resources yet">
            <p>Make the first one: a court, a class, a room type.</p>
          </Empty>
        }
      >
        {(items) => (
          <ul class="plain card rows">
            {items.map((resource) => (
              <li key={resource.id}>
                <span class="row-main">
                  <a class="row-title" href={hrefOf(`resource/${resource.id}`)}>
                    {resource.name}
                  </a>
                  <span class="soft small">{kindText(resource)}</span>
                </span>
                {resource.archived && <span class="tag signal">Archived</span>}
              </li>
            ))}
          </ul>
        )}
      </Paged>
    </Page>
  )
}

function kindText({ exclusive, time_zone }: Resource): string {
  const kind = exclusive ? 'For one customer at a time' : 'For several customers at once'
  return time_zone === null ? kind : `${kind}, ${time_zone}`
}

function create({ id }: Listing): void {
  ask<Resource>({
    title: 'New resource',
    text: 'It sells nothing before it has a schedule, nights, or places.',
    yes: 'Make it',
    fields: [
      { name: 'name', label: 'Name' },
      {
        ...{ name: 'exclusive', label: 'Sold' },
        options: [
          { value: 'no', name: 'To several customers at once' },
          { value: 'yes', name: 'To one customer at a time' },
        ],
      },
      {
        ...{ name: 'zone', label: 'Time zone', isOptional: true },
        hint: 'As in Europe/Berlin. Empty: the listing’s.',
      },
    ],
    asksReason: true,
    act: ({ name = '', exclusive, zone, reason }) =>
      client.resources.create(id, {
        ...{ name, exclusive: exclusive === 'yes' },
        ...given({ time_zone: zone, reason }),
      }),
    done: (made) => {
      go(hrefOf(`resource/${made.id}`))
      return `“${made.name}” is made.`
    },
  })
}
