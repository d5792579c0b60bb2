/** How full each pool is: it fills up to the line of its capacity, and is red above it. */
import type { PoolFrame } from '../../../src/cli/lab/wire.js'
import { grouped } from '../words.js'
import './tanks.css'

export function Tanks({ pools, scale }: { pools: readonly PoolFrame[]; scale: number }) {
  const height = (units: number, capacity: number) =>
    `${capacity > 0 ? Math.min(100, (units / capacity / scale) * 100) : 0}%`
  return (
    <ul class="tanks">
      {pools.map(({ name, capacity, sold, over }) => (
        <li key={name} class="tank">
          <div class="tank-glass" aria-hidden="true">
            <div class="tank-over" style={{ height: height(over, capacity) }} />
            <div class="tank-sold" style={{ height: height(sold - over, capacity) }} />
            <div class="tank-line" style={{ bottom: `${100 / scale}%` }} />
          </div>
          <p class="tank-name">{name}</p>
          <p class="figures">
            {grouped(sold)} <span class="soft">of {grouped(capacity)}</span>
          </p>
          <p class={over > 0 ? 'tank-excess figures' : 'tank-free figures'}>
            {over > 0
              ? `${grouped(over)} too many`
              : `${grouped(Math.max(0, capacity - sold))} free`}
          </p>
        </li>
      ))}
    </ul>
  )
}
