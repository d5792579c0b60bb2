import { client } from '../../api.js'
import { ask } from '../../shell/ask.js'
import { describeBack } from './describe.js'
import type { PartProps } from './props.js'

/** The seller's own keys: each can be set anew or removed. */
export function MetadataCard(props: PartProps) {
  const pairs = Object.entries(props.reservation.metadata ?? {})
  return (
    <section class="card about">
      <div class="about-head">
        <h2>Metadata</h2>
        <button type="button" class="button quiet" onClick={() => edit(props, undefined)}>
          Add <span class="heard">metadata</span>
        </button>
      </div>
      {pairs.length === 0 ? (
        <p class="soft">None. Keys such as an order’s number help to find a reservation.</p>
      ) : (
        <dl>
          {pairs.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>
                <span>{value}</span>
                <button
                  type="button"
                  class="button quiet"
                  onClick={() => edit(props, { key, value })}
                >
                  Edit <span class="heard">{key}</span>
                </button>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

interface Pair {
  readonly key: string
  readonly value: string
}

function edit({ listing, reservation, after }: PartProps, pair: Pair | undefined): void {
  const keyField = { name: 'key', label: 'Key', hint: 'At most 40 characters, no brackets.' }
  const valueField = { name: 'value', label: pair === undefined ? 'Value' : `Value of ${pair.key}` }
  ask({
    title: pair === undefined ? 'Add metadata' : 'Correct the metadata',
    text: 'No place for what is personal: that belongs in the contact. An empty value removes the key.',
    yes: 'Save',
    fields: [
      ...(pair === undefined ? [keyField] : []),
      { ...valueField, value: pair?.value ?? '', isOptional: true },
    ],
    act: ({ key = pair?.key ?? '', value }) =>
      client.reservations.describe(
        listing.id,
        reservation.id,
        { metadata: { [key]: value ?? null } },
        { ifMatch: reservation.version },
      ),
    refused: after,
    done: (_described, { key = pair?.key ?? '' }) => {
      after()
      const before = { metadata: { [key]: reservation.metadata?.[key] ?? null } }
      return {
        text: 'The metadata was corrected.',
        undo: describeBack(listing, reservation, before, after),
      }
    },
  })
}
