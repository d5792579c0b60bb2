/** Moves one part of a reservation to another time, place or date: the new one is had first, or nothing changes. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { ChoiceText } from '../book/choice-text.js'
import type { Choice } from '../booking/choice.js'
import { Pickers } from '../choose/pickers.js'
import type { Sale } from '../stock/sale.js'

interface MoveProps {
  readonly sale: Sale
  readonly from: Choice
  readonly isBusy: boolean
  readonly onMove: (to: Choice) => void
  readonly onKeep: () => void
}

export function Move({ sale, from, isBusy, onMove, onKeep }: MoveProps) {
  const to = useSignal<Choice | undefined>(undefined)
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  const offers = sale.offers.filter(({ sold }) =>
    from.kind === 'units'
      ? sold === 'units'
      : from.kind === 'stay'
        ? sold === 'nights'
        : sold === 'slots' || sold === 'ranges',
  )
  return (
    <section class="move" aria-labelledby="move-title">
      <h2 id="move-title" ref={title} tabIndex={-1}>
        Where to?
      </h2>
      <p class="soft">You keep what you have until the other one is yours.</p>
      <Pickers
        {...{ sale, offers }}
        chosen={[to.value ?? from]}
        onChoose={(choice, quantity) => {
          if (quantity === 0) return
          // A stay says how many rooms; everything else stays as many.
          to.value = choice.kind === 'stay' ? choice : { ...choice, quantity: from.quantity }
        }}
      />
      <div class="moving card">
        {to.value !== undefined && <ChoiceText sale={sale} choice={to.value} withQuantity />}
        <div class="actions">
          <button
            type="button"
            class="button main"
            aria-disabled={isBusy || to.value === undefined}
            onClick={() => {
              if (!isBusy && to.value !== undefined) onMove(to.value)
            }}
          >
            {isBusy ? 'Asking …' : 'Move it here'}
          </button>
          <button type="button" class="button" onClick={onKeep}>
            Keep it as it is
          </button>
        </div>
      </div>
    </section>
  )
}
