/** One more or one less of something. */
interface QuantityProps {
  /** What it counts, for those who hear the page: `Places, Turf`. */
  readonly label: string
  readonly value: number
  readonly max?: number | undefined
  readonly onChange: (quantity: number) => void
}

const MAX = 99

export function Quantity({ label, value, max = MAX, onChange }: QuantityProps) {
  const to = (quantity: number) => () => {
    if (quantity >= 1 && quantity <= max) onChange(quantity)
  }
  return (
    <fieldset class="quantity" aria-label={label}>
      <button
        type="button"
        class="button"
        aria-label="One less"
        aria-disabled={value <= 1}
        onClick={to(value - 1)}
      >
        −
      </button>
      <output class="figures" aria-live="polite">
        {value}
      </output>
      <button
        type="button"
        class="button"
        aria-label="One more"
        aria-disabled={value >= max}
        onClick={to(value + 1)}
      >
        +
      </button>
    </fieldset>
  )
}
