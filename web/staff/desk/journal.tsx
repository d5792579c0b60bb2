import type { Listing } from 'holdfast/client'
import { go, place } from '../../shared/route.js'
import { addDays, instantOf } from '../../shared/times.js'
import { client } from '../api.js'
import { Paged, usePaged } from '../calls/paged.js'
import { Empty } from '../calls/shown.js'
import { hrefOf } from '../hrefs.js'
import type { PageProps } from '../page-props.js'
import { Page } from '../shell/page.js'
import { KINDS, kindText } from '../words/entries.js'
import { useNames } from '../words/use-names.js'
import { Entries } from './entries.js'
import './find/find.css'

/** Every change of a listing, the newest first. */
export function Journal({ listing }: PageProps) {
  const names = useNames(listing)
  const { query } = place.value
  const entries = usePaged(`journal ${query}`, (page, signal) =>
    client.journal.list(listing.id, { ...page, ...filterOf(listing) }, { signal }),
  )
  return (
    <Page title="Journal" lead="Every change, when it was made, by whom and why. The newest first.">
      <JournalForm key={query.toString()} />
      <Paged
        of={entries}
        what="entries"
        none={
          <Empty title="No such entries">
            <p>Whatever is booked, changed or set from now on is written down here.</p>
          </Empty>
        }
      >
        {(items) => <Entries entries={items} names={names} hasLinks />}
      </Paged>
    </Page>
  )
}

function filterOf({ time_zone: zone }: Listing): Parameters<typeof client.journal.list>[1] {
  const { query } = place.value
  const kind = KINDS.find((each) => each === query.get('kind'))
  const [since, until] = [query.get('since') ?? '', query.get('until') ?? '']
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(since === '' ? {} : { since: midnight(zone, since) }),
    ...(until === '' ? {} : { until: midnight(zone, addDays(until, 1)) }),
  }
}

function midnight(zone: string, date: string): string {
  return new Date(instantOf(zone, date, 0) ?? Date.parse(date)).toISOString()
}

function JournalForm() {
  const { query } = place.value
  return (
    <search>
      <form
        class="card find-form"
        onSubmit={(event) => {
          event.preventDefault()
          const data = new FormData(event.currentTarget)
          const text = (name: string) => String(data.get(name) ?? '')
          go(hrefOf('journal', { kind: text('kind'), since: text('since'), until: text('until') }))
        }}
      >
        <div class="field">
          <label for="kind">Kind</label>
          <select id="kind" name="kind" class="input" value={query.get('kind') ?? ''}>
            <option value="">Every kind</option>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {kindText(kind)}
              </option>
            ))}
          </select>
        </div>
        {(['since', 'until'] as const).map((name) => (
          <div key={name} class="field">
            <label for={name}>{name === 'since' ? 'From' : 'Until, included'}</label>
            <input
              id={name}
              name={name}
              class="input"
              type="date"
              defaultValue={query.get(name) ?? ''}
            />
          </div>
        ))}
        <div class="find-buttons">
          <button type="submit" class="button main">
            Show
          </button>
        </div>
      </form>
    </search>
  )
}
