import { useState } from 'preact/hooks'
import { go, place } from '../../../shared/route.js'
import { client } from '../../api.js'
import { sentenceOf, sentenceOfError } from '../../calls/sentences.js'
import { Empty, Shown } from '../../calls/shown.js'
import { useResource } from '../../calls/use-resource.js'
import { hrefOf } from '../../hrefs.js'
import type { PageProps } from '../../page-props.js'
import { Page } from '../../shell/page.js'
import { notify } from '../../shell/toast.js'
import { useNames } from '../../words/use-names.js'
import { ReservationRows } from '../reservation-rows.js'
import { type About, erase, rename } from './actions.js'
import { saveAsFile } from './save-as-file.js'

/** A customer of the listing: the name corrected, everything that is known, and all of it forgotten. */
export function Customers({ listing }: PageProps) {
  const customer = place.value.query.get('customer') ?? ''
  return (
    <Page
      title="Customers"
      lead="Correct a name, give a customer everything that is known about them, or forget them."
    >
      <search>
        <form
          key={customer}
          class="card find-form"
          onSubmit={(event) => {
            event.preventDefault()
            const name = String(new FormData(event.currentTarget).get('customer') ?? '').trim()
            go(hrefOf('customers', { customer: name }))
          }}
        >
          <div class="field">
            <label for="customer">Customer</label>
            <input
              id="customer"
              name="customer"
              class="input"
              required
              autocomplete="off"
              defaultValue={customer}
              aria-describedby="customer-hint"
            />
            <p class="hint" id="customer-hint">
              The name or the address, as it was booked with.
            </p>
          </div>
          <div class="find-buttons">
            <button type="submit" class="button main">
              Show
            </button>
          </div>
        </form>
      </search>
      {customer === '' ? (
        <Empty title="Whom is it about?">
          <p>What this customer has booked, and what can be done, appears here.</p>
        </Empty>
      ) : (
        <Customer key={customer} listing={listing} customer={customer} />
      )}
    </Page>
  )
}

function Customer({ listing, customer }: Pick<About, 'listing' | 'customer'>) {
  const names = useNames(listing)
  const [isExporting, setExporting] = useState(false)
  const found = useResource(`customer ${listing.id} ${customer}`, (signal) =>
    client.reservations.list(listing.id, { customer, limit: 10 }, { signal }),
  )
  const exportAll = async () => {
    if (isExporting) return
    setExporting(true)
    notify(await exportOf({ listing, customer }))
    setExporting(false)
  }
  const about = {
    listing,
    customer,
    after: (name: string) => go(hrefOf('customers', { customer: name })),
  }
  return (
    <Shown of={found} what="the customer">
      {({ items, next_cursor }) =>
        items.length === 0 ? (
          <Empty title={`Nothing is known of ${customer}`}>
            <p>The name has to be the exact one. Somebody who was erased is not found either.</p>
          </Empty>
        ) : (
          <>
            <div class="action-bar">
              <button type="button" class="button" onClick={() => rename(about)}>
                Correct the name
              </button>
              <button
                type="button"
                class="button"
                aria-disabled={isExporting}
                onClick={() => void exportAll()}
              >
                Save everything as a file
              </button>
              <button type="button" class="button danger" onClick={() => erase(about)}>
                Erase
              </button>
            </div>
            <ReservationRows reservations={items} names={names} />
            {next_cursor !== null && <a href={hrefOf('find', { customer })}>All reservations</a>}
          </>
        )
      }
    </Shown>
  )
}

async function exportOf({
  listing,
  customer,
}: Pick<About, 'listing' | 'customer'>): Promise<string> {
  try {
    const answer = await client.customers.export(listing.id, customer)
    if (!answer.ok) return sentenceOf(answer.refusal)
    saveAsFile('customer.json', JSON.stringify(answer.value, null, 2))
    return `Everything that is known of ${customer} was saved as customer.json.`
  } catch (error) {
    return sentenceOfError(error)
  }
}
