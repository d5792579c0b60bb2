/** Says what could not be had, and offers what is free nearest to it. */
import { useEffect, useRef } from 'preact/hooks'
import { type Choice, keyOf, whenText } from '../booking/choice.js'
import type { Alternative } from '../booking/nearest.js'
import type { Setback } from '../booking/refusals.js'
import type { Sale } from '../stock/sale.js'
import { ChoiceText, resourceOf, zoneOf } from './choice-text.js'

interface SetbackProps {
  readonly sale: Sale
  readonly setback: Setback
  readonly onInstead: (gone: Choice, choice: Choice) => void
}

export function SetbackMessage({ sale, setback, onInstead }: SetbackProps) {
  const { title, detail, gone, alternatives } = setback
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [setback])
  return (
    <div class="message signal setback" role="alert" tabIndex={-1} ref={box}>
      <h3>{title}</h3>
      {gone !== undefined && <ChoiceText {...{ sale, choice: gone }} withQuantity />}
      <p>{detail}</p>
      {gone !== undefined && alternatives.length > 0 && (
        <>
          <p>Free a moment ago:</p>
          <ul class="plain alternatives">
            {alternatives.map(({ how, choice }) => (
              <li key={`${how} ${keyOf(choice)}`}>
                <button type="button" class="button" onClick={() => onInstead(gone, choice)}>
                  <span class="how">{HOW[how]}</span>
                  <span class="figures">{alternativeText(sale, how, choice)}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

const HOW: Readonly<Record<Alternative['how'], string>> = {
  earlier: 'Earlier',
  later: 'Later',
  elsewhere: 'Elsewhere',
  fewer: 'Fewer',
}

function alternativeText(sale: Sale, how: Alternative['how'], choice: Choice): string {
  if (how === 'fewer') return `${choice.quantity} instead`
  const when = whenText(choice, zoneOf(sale, choice), 'short')
  const name = resourceOf(sale, choice)?.name ?? ''
  if (how !== 'elsewhere') return when
  return when === '' ? name : `${name}, ${when}`
}
