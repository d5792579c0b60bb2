import type { Names } from '../../words/names.js'
import type { Draft, FieldsProps, PoolDraft, StayDraft } from './drafts.js'
import { TimeFields } from './time-fields.js'

interface LineDraftProps {
  readonly draft: Draft
  /** Counted from 1, for its name. */
  readonly number: number
  readonly names: Names
  readonly listingId: string
  readonly onChange: (draft: Draft) => void
  /** Left out for the only line: a reservation has one at the least. */
  readonly onRemove: (() => void) | undefined
}

/** One line that is being changed. */
export function LineDraft({ draft, number, names, listingId, onChange, onRemove }: LineDraftProps) {
  const id = `line-${draft.key}`
  return (
    <fieldset class="draft">
      <legend class="small soft">Line {number}</legend>
      {draft.kind === 'pool' && (
        <PoolFields id={id} draft={draft} names={names} onChange={onChange} />
      )}
      {draft.kind === 'stay' && (
        <StayFields id={id} draft={draft} names={names} onChange={onChange} />
      )}
      {draft.kind === 'time' && (
        <TimeFields id={id} draft={draft} names={names} listingId={listingId} onChange={onChange} />
      )}
      <div class="field narrow">
        <label for={`${id}-quantity`}>How many</label>
        <input
          id={`${id}-quantity`}
          class="input figures"
          type="number"
          min={1}
          required
          defaultValue={String(draft.quantity)}
          onInput={({ currentTarget }) =>
            onChange({ ...draft, quantity: Number(currentTarget.value) })
          }
        />
      </div>
      {onRemove !== undefined && (
        <button type="button" class="button quiet" onClick={onRemove}>
          Take line {number} out
        </button>
      )}
    </fieldset>
  )
}

function PoolFields({ id, draft, names, onChange }: FieldsProps<PoolDraft>) {
  return (
    <div class="field">
      <label for={`${id}-pool`}>What</label>
      <select
        id={`${id}-pool`}
        class="input"
        value={draft.poolId}
        onChange={({ currentTarget }) => onChange({ ...draft, poolId: currentTarget.value })}
      >
        {names.pools.map(({ pool_id, resource, available }) => (
          <option key={pool_id} value={pool_id}>
            {resource.name} ({available} left)
          </option>
        ))}
      </select>
    </div>
  )
}

function StayFields({ id, draft, names, onChange }: FieldsProps<StayDraft>) {
  const { place } = draft
  return (
    <>
      {'resource_id' in place && (
        <div class="field">
          <label for={`${id}-resource`}>What</label>
          <select
            id={`${id}-resource`}
            class="input"
            value={place.resource_id}
            onChange={({ currentTarget }) =>
              onChange({ ...draft, place: { resource_id: currentTarget.value } })
            }
          >
            {names.resources.map((resource) => (
              <option key={resource.id} value={resource.id}>
                {resource.name}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="field narrow">
        <label for={`${id}-in`}>Check-in</label>
        <input
          id={`${id}-in`}
          class="input"
          type="date"
          required
          value={draft.checkIn}
          onChange={({ currentTarget }) => onChange({ ...draft, checkIn: currentTarget.value })}
        />
      </div>
      <div class="field narrow">
        <label for={`${id}-out`}>Check-out</label>
        <input
          id={`${id}-out`}
          class="input"
          type="date"
          required
          value={draft.checkOut}
          onChange={({ currentTarget }) => onChange({ ...draft, checkOut: currentTarget.value })}
        />
      </div>
    </>
  )
}
