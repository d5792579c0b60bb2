import type { Draft } from './draft.js'
import { NumberField } from './number-field.js'

interface TermsProps {
  readonly draft: Draft
  /** Sold to one customer at a time: then a slot has one place, and ranges may be sold. */
  readonly exclusive: boolean
  onChange(change: Partial<Draft>): void
}

/** How the time is sold: in slots of one length, or by any start and end. */
export function Terms({ draft, exclusive, onChange }: TermsProps) {
  return (
    <div class="terms">
      <div class="field">
        <label for="sold-by">Sold</label>
        <select
          id="sold-by"
          class="input"
          value={draft.soldBy}
          disabled={!exclusive}
          onChange={({ currentTarget }) =>
            onChange({ soldBy: currentTarget.value === 'ranges' ? 'ranges' : 'slots' })
          }
        >
          <option value="slots">In slots of one length</option>
          <option value="ranges">By any start and end</option>
        </select>
      </div>
      {draft.soldBy === 'slots' ? (
        <>
          <NumberField
            {...{ id: 'slot-minutes', label: 'Minutes of a slot', min: 1, max: 1_440 }}
            value={draft.slotMinutes}
            onChange={(slotMinutes) => onChange({ slotMinutes })}
          />
          {!exclusive && (
            <NumberField
              {...{ id: 'slot-capacity', label: 'Places in a slot', min: 1 }}
              value={draft.capacity}
              onChange={(capacity) => onChange({ capacity })}
            />
          )}
        </>
      ) : (
        <>
          <NumberField
            {...{ id: 'min-minutes', label: 'Shortest, in minutes', min: 1, max: 10_080 }}
            value={draft.minMinutes}
            onChange={(minMinutes) => onChange({ minMinutes })}
          />
          <NumberField
            {...{ id: 'max-minutes', label: 'Longest, in minutes', min: 1, max: 10_080 }}
            value={draft.maxMinutes}
            onChange={(maxMinutes) => onChange({ maxMinutes })}
          />
          <NumberField
            {...{ id: 'step-minutes', label: 'In steps of minutes', min: 1, max: 1_440 }}
            value={draft.stepMinutes}
            onChange={(stepMinutes) => onChange({ stepMinutes })}
          />
        </>
      )}
      <NumberField
        {...{ id: 'buffer', label: 'Minutes free between two', max: 1_440 }}
        value={draft.bufferMinutes}
        onChange={(bufferMinutes) => onChange({ bufferMinutes })}
      />
      <NumberField
        {...{ id: 'buffer-before', label: 'Minutes free before each', max: 1_440 }}
        value={draft.bufferBefore}
        onChange={(bufferBefore) => onChange({ bufferBefore })}
      />
      <NumberField
        {...{ id: 'buffer-after', label: 'Minutes free after each', max: 1_440 }}
        value={draft.bufferAfter}
        onChange={(bufferAfter) => onChange({ bufferAfter })}
      />
    </div>
  )
}
