/** What is on sale. */
import { useSignal } from '@preact/signals'
import type { Listing } from 'holdfast/client'
import { useEffect } from 'preact/hooks'
import { cityOf } from '../shared/times.js'
import { untilKnown } from '../shared/until-known.js'
import { faultText } from './booking/refusals.js'
import { useService } from './stock/service.js'

export function Front() {
  const { client } = useService()
  const listings = useSignal<readonly Listing[] | undefined>(undefined)
  const next = useSignal<string | null>(null)
  const fault = useSignal('')
  const isLost = useSignal(false)
  const load = (cursor?: string) => {
    const onLost = (lost: boolean) => {
      isLost.value = lost
    }
    const query = cursor === undefined ? {} : { cursor }
    void untilKnown(() => client.listings.list(query), { onLost }).then(
      (page) => {
        if (!page.ok) return
        const onSale = page.value.items.filter(({ archived }) => !archived)
        listings.value = [...(listings.value ?? []), ...onSale]
        next.value = page.value.next_cursor
      },
      (error: unknown) => {
        fault.value = faultText(error)
      },
    )
  }
  useEffect(() => load(), [])
  const { value } = listings
  return (
    <>
      <h1>What would you like to book?</h1>
      <p role="status" class={isLost.value || fault.value !== '' ? 'message signal' : 'heard'}>
        {isLost.value ? 'The shop does not answer. Asking again …' : fault.value}
      </p>
      {value?.length === 0 && <p class="message">Nothing is on sale at the moment.</p>}
      <ul class="plain listings">
        {value?.map((listing) => (
          <li key={listing.id}>
            <ListingCard listing={listing} />
          </li>
        ))}
      </ul>
      {next.value !== null && (
        <button type="button" class="button" onClick={() => load(next.value ?? undefined)}>
          Show more
        </button>
      )}
    </>
  )
}

const NAMES_MAX = 3

function ListingCard({ listing }: { readonly listing: Listing }) {
  const { client } = useService()
  const names = useSignal('')
  useEffect(() => {
    void client.resources.list(listing.id, { limit: NAMES_MAX + 1 }).then(
      (page) => {
        if (!page.ok) return
        const found = page.value.items.map(({ name }) => name)
        const first = found.slice(0, NAMES_MAX).join(', ')
        names.value = found.length > NAMES_MAX ? `${first} and more` : first
      },
      () => {},
    )
  }, [listing.id])
  return (
    <a class="card listing-card" href={`/book/${listing.id}`}>
      <h2>{listing.name}</h2>
      <p class="names">{names.value}</p>
      <p class="soft small">{cityOf(listing.time_zone)}</p>
    </a>
  )
}
