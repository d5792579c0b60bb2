import type { ApiKey, IssuedApiKey, Listing } from 'holdfast/client'
import { LOCALE } from '../../../shared/times.js'
import { client } from '../../api.js'
import { usePaged } from '../../calls/paged.js'
import { Empty } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { session } from '../../session.js'
import { ask } from '../../shell/ask.js'
import { allOf } from '../all-pages.js'
import { IssuingPage } from '../issuing-page.js'

const SCOPES = {
  admin: 'Admin: everything',
  seller: 'Seller: its listings',
  storefront: 'Shop: look, hold and book',
} as const

/** Who may call the API, and sign in here. */
export function Keys() {
  const keys = usePaged('keys', (page, signal) => client.keys.list(page, { signal }))
  const { value: listings } = useResource('all listings', (signal) =>
    allOf((page) => client.listings.list(page, { signal })),
  )
  return (
    <IssuingPage
      title="Keys"
      lead="Who may call the API, and who may sign in here."
      of={keys}
      what="keys"
      none={<Empty title="There are no keys" />}
      make="New key"
      create={listings && ((onMade) => create(listings, onMade))}
      secretOf={({ name, key }: IssuedApiKey) => ({
        title: `The key of ${name}`,
        text: 'It is shown this once. Copy it to where it is used; nobody can read it again.',
        secret: key,
      })}
    >
      {(each) => <KeyRow key={each.id} of={each} listings={listings ?? []} after={keys.reload} />}
    </IssuingPage>
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
