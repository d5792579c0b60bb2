import type { PoolAvailability } from 'holdfast/client'
import { Part } from '../../shell/page.js'
import { shareText } from './taken.js'

/** Pools that are bound to no time, as bars. */
export function PlacesPart({ pools }: { pools: readonly PoolAvailability[] }) {
  if (pools.length === 0) return null
  return (
    <Part title="Places bound to no time">
      <ul class="places card plain">
        {pools.map(({ pool_id, resource, capacity, taken }) => (
          <li key={pool_id}>
            <Bar name={resource.name} capacity={capacity} taken={taken} />
          </li>
        ))}
      </ul>
    </Part>
  )
}

interface BarProps {
  readonly name: string
  readonly capacity: number
  readonly taken: number
}

/** How much of something is taken, red above what there is. */
export function Bar({ name, capacity, taken }: BarProps) {
  const share = capacity === 0 ? (taken > 0 ? 1 : 0) : Math.min(1, taken / capacity)
  return (
    <div class="bar-row">
      <span class="bar-name">{name}</span>
      <span class="bar-figures figures">
        {taken} of {capacity} <span class="soft">{shareText({ capacity, taken })}</span>
      </span>
      <span class={taken > capacity ? 'meter over' : 'meter'} aria-hidden="true">
        <span style={{ width: `${100 * share}%` }} />
      </span>
    </div>
  )
}
