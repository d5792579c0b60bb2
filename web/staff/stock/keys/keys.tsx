import type { ApiKey, IssuedApiKey, Listing } from 'holdfast/client'
import { useState } from 'preact/hooks'
import { LOCALE } from '../../../shared/times.js'
import { client } from '../../api.js'
import { cursorOf, Pager } from '../../calls/pager.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { session } from '../../session.js'
import { ask } from '../../shell/ask.js'
import { Page } from '../../shell/page.js'
import { allOf } from '../all-pages.js'
import { Secret } from '../secret.js'
import '../../desk/rows.css'

const SCOPES = {
  admin: 'Admin: everything',
  seller: 'Seller: its listings',
  storefront: 'Shop: look, hold and book',
} as const

/** Who may call the API, and sign in here. */
export function Keys() {
  const query = { limit: 50, ...cursorOf() }
  const [issued, setIssued] = useState<IssuedApiKey>()
  const keys = useResource(`keys ${query.cursor ?? ''}`, (signal) =>
    client.keys.list(query, { signal }),
  )
  const listings = useResource('all listings', (signal) =>
    allOf((page) => client.listings.list(page, { signal })),
  )
  const onMade = (made: IssuedApiKey) => {
    setIssued(made)
    keys.reload()
  }
  return (
    <Page
      title="Keys"
      lead="Who may call the API, and who may sign in here."
      actions={
        <button
          type="button"
          class="button main"
          disabled={listings.value === undefined}
          onClick={() => create(listings.value ?? [], onMade)}
        >
          New key
        </button>
      }
    >
      {issued !== undefined && (
        <Secret
          title={`The key of ${issued.name}`}
          text="It is shown this once. Copy it to where it is used; nobody can read it again."
          secret={issued.key}
          onClose={() => setIssued(undefined)}
        />
      )}
      <Shown of={keys} what="the keys">
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 ? (
              <Empty title="There are no keys" />
            ) : (
              <ul class="plain card rows">
                {items.map((each) => (
                  <KeyRow
                    key={each.id}
                    of={each}
                    listings={listings.value ?? []}
                    after={keys.reload}
                  />
                ))}
              </ul>
            )}
            <Pager next={next_cursor} what="keys" />
          </>
        )}
      </Shown>
    </Page>
  )
}

interface KeyRowProps {
  readonly of: ApiKey
  readonly listings: readonly Listing[]
  after(): void
}

function KeyRow({ of: key, listings, after }: KeyRowProps) {
  const { id, name, scope, prefix, listing_ids, last_used_at, revoked_at } = key
  const names = listing_ids.map(
    (listingId) => listings.find((listing) => listing.id === listingId)?.name ?? 'a listing',
  )
  return (
    <li>
      <span class="row-main">
        <span class="row-title">{name}</span>
        <span>
          {SCOPES[scope]}
          {names.length > 0 && <span class="soft"> ({names.join(', ')})</span>}
        </span>
        <span class="soft small figures">
          <code>{prefix}</code>, {usedText(last_used_at)}
        </span>
      </span>
      {revoked_at === null ? (
        <button
          type="button"
          class="button quiet"
          onClick={() => revoke({ id, name, prefix, after })}
        >
          Revoke<span class="heard"> the key of {name}</span>
        </button>
      ) : (
        <span class="tag danger">Revoked</span>
      )}
    </li>
  )
}

function usedText(at: string | null): string {
  return at === null ? 'never used' : `last used ${new Date(at).toLocaleString(LOCALE)}`
}

interface Revoked extends Pick<ApiKey, 'id' | 'name' | 'prefix'> {
  after(): void
}

function revoke({ id, name, prefix, after }: Revoked): void {
  const { value } = session
  const isOwn = value.state === 'in' && value.who.key_id === id
  ask<ApiKey>({
    title: `Revoke the key of ${name}?`,
    text: isOwn
      ? 'You signed in with this key: you are signed out at once. There is no way back.'
      : 'Whatever uses it is refused at once. There is no way back: make another key instead.',
    yes: 'Revoke the key',
    isDanger: true,
    typed: prefix,
    act: () => client.keys.revoke(id),
    done: () => {
      after()
      return `The key of ${name} is revoked.`
    },
  })
}

function create(listings: readonly Listing[], onMade: (made: IssuedApiKey) => void): void {
  ask<IssuedApiKey>({
    title: 'New key',
    text: 'Give each program and each person a key of their own, so that one can be revoked alone.',
    yes: 'Make the key',
    fields: [
      { name: 'name', label: 'Whose key it is, or what for' },
      {
        ...{ name: 'scope', label: 'It may', value: 'seller' },
        options: Object.entries(SCOPES).map(([value, name]) => ({ value, name })),
      },
      {
        ...{ name: 'listing', label: 'Of which listing', isOptional: true },
        hint: 'A shop’s key needs one. An admin’s has every listing.',
        options: [
          { value: '', name: 'None yet' },
          ...listings.map(({ id, name }) => ({ value: id, name })),
        ],
      },
      {
        ...{ name: 'origins', label: 'Web pages that may use it', isOptional: true },
        hint: 'For a shop’s key on another site: https://example.com, several with spaces.',
      },
    ],
    act: ({ name = '', scope, listing, origins }) =>
      client.keys.create({
        ...{ name, scope: scope === 'admin' || scope === 'storefront' ? scope : 'seller' },
        ...(listing === undefined || scope === 'admin' ? {} : { listing_ids: [listing] }),
        ...(origins === undefined ? {} : { origins: origins.split(/[\s,]+/) }),
      }),
    done: (made) => {
      onMade(made)
      return undefined
    },
  })
}
