/** A field to fill in, with its label, a hint, and what is wrong with it. */
import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'

interface TextFieldProps {
  readonly label: string
  readonly name: string
  readonly value: Signal<string>
  /** Which keys a phone shows. */
  readonly inputMode?: 'text' | 'tel'
  readonly autocomplete?: 'name' | 'tel' | 'off'
  readonly maxLength: number
  readonly hint?: string
  readonly wrong?: string | undefined
}

export function TextField(props: TextFieldProps) {
  const {
    label,
    name,
    value,
    inputMode = 'text',
    autocomplete = 'off',
    maxLength,
    hint,
    wrong,
  } = props
  const id = useId()
  const below = wrong ?? hint
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...{ id, name, inputMode, maxLength }}
        type="text"
        class="input"
        autocomplete={autocomplete}
        value={value.value}
        aria-invalid={wrong !== undefined}
        aria-describedby={below === undefined ? undefined : `${id}-below`}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value
        }}
      />
      {below !== undefined && (
        <p id={`${id}-below`} class={wrong === undefined ? 'hint' : 'wrong'}>
          {below}
        </p>
      )}
    </div>
  )
}
