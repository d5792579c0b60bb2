/** One thing that a dialog asks for. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly hint?: string
  /** Default `text`. */
  readonly type?: 'text' | 'number' | 'date' | 'time' | 'datetime-local' | 'email' | 'url'
  /** Instead of a field to write in: a choice of these. */
  readonly options?: readonly { readonly value: string; readonly name: string }[]
  /** What stands in it at first. */
  readonly value?: string
  readonly min?: number | string
  readonly max?: number | string
  /** Default false: the dialog waits for it. */
  readonly isOptional?: boolean
}

export function AskField({ field, onInput }: { field: Field; onInput?: (value: string) => void }) {
  const { name, label, hint, type = 'text', options, value, min, max, isOptional = false } = field
  const id = `ask-${name}`
  const shared = {
    id,
    name,
    class: 'input',
    required: !isOptional,
    ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
  }
  return (
    <div class="field">
      <label for={id}>
        {label} {isOptional && <span class="soft small">optional</span>}
      </label>
      {options === undefined ? (
        <input
          {...shared}
          // Preact has a type for each kind of input, and no one that takes any of them.
          {...({ type } as { type: 'text' })}
          autocomplete="off"
          defaultValue={value ?? ''}
          {...(min === undefined ? {} : { min })}
          {...(max === undefined ? {} : { max })}
          onInput={(event) => onInput?.(event.currentTarget.value)}
        />
      ) : (
        <select {...shared}>
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.name}
            </option>
          ))}
        </select>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
