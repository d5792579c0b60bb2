/**
 * Steps of several actors, each in the column of whoever does it, with one of them told at a time.
 * Buttons and arrow keys go forwards and backwards.
 */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

export interface Step {
  readonly actor: number
  readonly tone: 'plain' | 'quiet' | 'wrong' | 'waits'
  /** Without the actor's name. */
  readonly does: string
  readonly when?: string
  readonly detail?: ComponentChildren
  readonly atMs?: number
}

export interface StepperProps {
  readonly label: string
  readonly actors: readonly string[]
  /** At least one. */
  readonly steps: readonly Step[]
  /** What is drawn beside the step that is told. */
  readonly beside: (step: Step, index: number) => ComponentChildren
}

const MOVES: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_at, last) => last,
}

export function Stepper({ label, actors, steps, beside }: StepperProps) {
  const at = useSignal(0)
  const list = useRef<HTMLOListElement>(null)
  const last = steps.length - 1
  const index = Math.min(at.value, last)
  const step = steps[index]
  const move = (key: string) => {
    at.value = MOVES[key]?.(index, last) ?? index
  }
  const onKey = (event: KeyboardEvent) => {
    if (MOVES[event.key] === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    move(event.key)
    const isInList = list.current?.contains(document.activeElement) ?? false
    if (isInList) list.current?.querySelectorAll('button')[at.value]?.focus()
  }
  const root = useRef<HTMLElement>(null)
  useEffect(() => {
    const element = root.current
    element?.addEventListener('keydown', onKey)
    return () => element?.removeEventListener('keydown', onKey)
  })
  if (step === undefined) return null
  return (
    <section class="stepper" aria-label={label} ref={root}>
      <div class="stepper-side">
        <div class="stepper-act">
          <button
            class="button"
            type="button"
            disabled={index === 0}
            onClick={() => move('ArrowLeft')}
          >
            Back
          </button>
          <button
            class="button main"
            type="button"
            disabled={index === last}
            onClick={() => move('ArrowRight')}
          >
            Next
          </button>
          <span class="figures soft">
            Step {index + 1} of {steps.length}
          </span>
        </div>
        <p class="stepper-told" aria-live="polite">
          <strong>{actors[step.actor]}</strong> {step.does}
          {step.when === undefined ? '' : <span class="soft"> {step.when}</span>}
        </p>
        {beside(step, index)}
        {step.detail}
      </div>
      <ol
        class="stepper-steps"
        ref={list}
        style={{ gridTemplateColumns: `repeat(${actors.length}, minmax(0, 1fr))` }}
      >
        {steps.map((each, i) => (
          <li key={i} style={{ '--column': each.actor + 1, '--row': i + 1 }}>
            <button
              type="button"
              class={`stepper-step ${each.tone}`}
              aria-current={i === index ? 'step' : undefined}
              tabIndex={i === index ? 0 : -1}
              data-later={i > index ? 'yes' : undefined}
              onClick={() => {
                at.value = i
              }}
            >
              <strong>{actors[each.actor]}</strong> {each.does}
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
