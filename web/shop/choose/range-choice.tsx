/** Any start and end on a court: a start first, then how long. */
import { useSignal } from '@preact/signals'
import type { TimeSpan } from 'holdfast/client'
import { useId } from 'preact/hooks'
import { clockText } from '../../shared/times.js'
import type { Choice } from '../booking/choice.js'
import { endsFrom, startsOn } from '../booking/range-times.js'
import type { OfferSold } from '../stock/sale.js'
import type { Choosing } from './choosing.js'

interface RangeChoiceProps extends Pick<Choosing, 'chosen' | 'onChoose'> {
  readonly offer: OfferSold<'ranges'>
  readonly date: string
  readonly free: readonly TimeSpan[]
}

const MS_PER_MINUTE = 60_000

export function RangeChoice({ offer, date, free, onChoose }: RangeChoiceProps) {
  const { resourceId, name, zone, terms } = offer
  const fromId = useId()
  const toId = useId()
  const start = useSignal(0)
  const end = useSignal(0)
  const starts = startsOn(terms, zone, date, free)
  const fromMs = starts.includes(start.value) ? start.value : (starts[0] ?? 0)
  const ends = endsFrom(terms, fromMs, free)
  const toMs = ends.includes(end.value) ? end.value : (ends[0] ?? 0)
  const choice: Choice = { kind: 'time', resourceId, fromMs, toMs, quantity: 1 }
  return (
    <section class="court" aria-label={name}>
      <h3>{name}</h3>
      {starts.length === 0 ? (
        <p class="soft small">Nothing is free on this day.</p>
      ) : (
        <div class="range">
          <div class="field">
            <label for={fromId}>From</label>
            <select
              id={fromId}
              class="input figures"
              value={fromMs}
              onChange={({ currentTarget }) => {
                start.value = Number(currentTarget.value)
              }}
            >
              {starts.map((ms) => (
                <option key={ms} value={ms}>
                  {clockText(zone, ms)}
                </option>
              ))}
            </select>
          </div>
          <div class="field">
            <label for={toId}>Until</label>
            <select
              id={toId}
              class="input figures"
              value={toMs}
              onChange={({ currentTarget }) => {
                end.value = Number(currentTarget.value)
              }}
            >
              {ends.map((ms) => (
                <option key={ms} value={ms}>
                  {clockText(zone, ms)}, {lengthText(ms - fromMs)}
                </option>
              ))}
            </select>
          </div>
          <button type="button" class="button" onClick={() => onChoose(choice, 1)}>
            Choose this time
          </button>
        </div>
      )}
    </section>
  )
}

function lengthText(ms: number): string {
  const minutes = ms / MS_PER_MINUTE
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [hours > 0 ? `${hours} h` : '', rest > 0 ? `${rest} min` : ''].filter(Boolean).join(' ')
}
