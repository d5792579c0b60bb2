import type { Listing } from 'holdfast/client'
import { go, place } from '../../shared/route.js'
import { chosenOf } from '../listings.js'

/** Which listing the pages are about. The choice stands in the address, so that a link keeps it. */
export function ListingChooser({ listings }: { listings: readonly Listing[] }) {
  const chosen = chosenOf(listings)
  return (
    <label class="chooser">
      <span class="heard">Listing</span>
      <select
        class="input"
        value={chosen?.id ?? ''}
        onChange={(event) => {
          const query = new URLSearchParams({ listing: event.currentTarget.value })
          // What a page narrowed down, or one reservation, belongs to the listing before.
          const path = place.value.path.split('/').slice(0, 3).join('/')
          go(`${path}?${query}`)
        }}
      >
        {chosen === undefined && <option value="">Choose a listing</option>}
        {listings.map(({ id, name, archived }) => (
          <option key={id} value={id}>
            {archived ? `${name} (archived)` : name}
          </option>
        ))}
      </select>
    </label>
  )
}
