import type { Listing, Operations } from 'holdfast/client'
import { client } from '../../api.js'
import { usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import type { PageProps } from '../../page-props.js'
import { ask } from '../../shell/ask.js'
import { momentText } from '../../words/lines.js'
import type { Names } from '../../words/names.js'
import { useNames } from '../../words/use-names.js'
import { given } from '../back.js'
import { IssuingPage } from '../issuing-page.js'

type Calendar = Operations['revokeCalendar']['answer']
type Issued = Operations['createCalendar']['answer']

const AUDIENCES = {
  staff: 'For staff: who has booked what',
  public: 'For the public: when it is taken, never by whom',
} as const

/** Feeds that calendars subscribe to, each under a secret address. */
export function Calendars({ listing }: PageProps) {
  const names = useNames(listing)
  const feeds = usePaged(`calendars ${listing.id}`, (page, signal) =>
    client.calendars.list(listing.id, page, { signal }),
  )
  return (
    <IssuingPage
      title="Calendars"
      lead="Feeds that calendars subscribe to. Whoever has the address of one reads it until it is revoked."
      of={feeds}
      what="feeds"
      none={
        <Empty title="No calendar follows this listing">
          <p>A feed shows what is booked in any calendar program.</p>
        </Empty>
      }
      make="New feed"
      create={(onMade) => create(listing, names, onMade)}
      secretOf={({ path }: Issued) => ({
        title: 'The address of the feed',
        text: 'It is shown this once. Subscribe to it in a calendar.',
        secret: `${window.location.origin}${path}`,
      })}
    >
      {(feed) => <Feed key={feed.id} {...{ listing, feed, names }} after={feeds.reload} />}
    </IssuingPage>
  )
}

interface FeedProps {
  readonly listing: Listing
  readonly feed: Calendar
  readonly names: Names
  after(): void
}

function Feed({ listing, feed, names, after }: FeedProps) {
  const { id, resource_id, audience, created_at, revoked_at } = feed
  const what = resource_id === null ? 'Every resource' : names.ofResource(resource_id)
  const revoke = () =>
    ask({
      title: 'Revoke this feed?',
      text: 'Calendars that subscribe to it hear nothing more. There is no way back: make another one instead.',
      yes: 'Revoke the feed',
      isDanger: true,
      act: () => client.calendars.revoke(listing.id, id),
      done: () => {
        after()
        return 'The feed is revoked.'
      },
    })
  return (
    <li>
      <span class="row-main">
        <span class="row-title">{what}</span>
        <span>{AUDIENCES[audience]}</span>
        <span class="soft small figures">Made {momentText(listing.time_zone, created_at)}</span>
      </span>
      {revoked_at === null ? (
        <button type="button" class="button quiet" onClick={revoke}>
          Revoke<span class="heard"> the feed of {what}</span>
        </button>
      ) : (
        <span class="tag danger">Revoked</span>
      )}
    </li>
  )
}

function create(listing: Listing, names: Names, onMade: (made: Issued) => void): void {
  ask<Issued>({
    title: 'New feed',
    text: 'Its address is a secret: give it only to those who may read it.',
    yes: 'Make the feed',
    fields: [
      {
        ...{ name: 'audience', label: 'For whom' },
        options: Object.entries(AUDIENCES).map(([value, name]) => ({ value, name })),
      },
      {
        ...{ name: 'resource', label: 'Of what', isOptional: true },
        options: [
          { value: '', name: 'Every resource' },
          ...names.resources.map(({ id, name }) => ({ value: id, name })),
        ],
      },
    ],
    act: ({ audience, resource }) =>
      client.calendars.create(listing.id, {
        audience: audience === 'public' ? 'public' : 'staff',
        ...given({ resource_id: resource }),
      }),
    done: (made) => {
      onMade(made)
      return undefined
    },
  })
}
