/** Values over the time of a race, as small as a line can be; the figures beside it are the last ones. */
export interface LineProps {
  readonly title: string
  /** The first one is drawn strong. */
  readonly lines: readonly { readonly name: string; readonly values: readonly number[] }[]
  readonly times: readonly number[]
  /** The right end. */
  readonly untilMs: number
  readonly write: (value: number) => string
}

const WIDTH = 300
const HEIGHT = 56

export function Line({ title, lines, times, untilMs, write }: LineProps) {
  const most = Math.max(1e-9, ...lines.flatMap(({ values }) => values))
  const pathOf = (values: readonly number[]) =>
    values
      .map((value, i) => {
        const x = ((times[i] ?? 0) / Math.max(1, untilMs)) * WIDTH
        const y = HEIGHT - 1 - (value / most) * (HEIGHT - 3)
        return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
      })
      .join('')
  return (
    <figure class="line">
      <figcaption class="small">
        <span class="soft">{title}</span>
        <span class="figures line-now">
          {lines
            .map(({ name, values }) => `${name} ${write(values.at(-1) ?? 0)}`.trim())
            .join(' · ')}
        </span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {lines.map(({ name, values }, i) => (
          <path key={name} class={i === 0 ? 'line-main' : 'line-other'} d={pathOf(values)} />
        ))}
      </svg>
    </figure>
  )
}
