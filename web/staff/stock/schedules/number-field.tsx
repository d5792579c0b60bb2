interface NumberFieldProps {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly value: number
  readonly min?: number
  readonly max?: number
  onChange(value: number): void
}

/** A whole number; what is none leaves the last one. */
export function NumberField(props: NumberFieldProps) {
  const { id, label, hint, value, min = 0, max = 2_147_483_647, onChange } = props
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input figures"
        type="number"
        inputmode="numeric"
        min={min}
        max={max}
        value={value}
        onInput={({ currentTarget }) => {
          const wanted = currentTarget.valueAsNumber
          if (Number.isInteger(wanted) && wanted >= min && wanted <= max) onChange(wanted)
        }}
      />
      {hint !== undefined && <p class="hint">{hint}</p>}
    </div>
  )
}
