/** Two of the requests again, by force, in one and the same order, under one strategy after the other. */
import { useSignal } from '@preact/signals'
import type { ForcedReplay } from '../../../src/cli/lab/wire.js'
import { Tanks } from '../course/tanks.js'
import { plural } from '../words.js'
import { Sql } from './sql.js'
import { type Step, Stepper } from './stepper.js'

export function Replays({ replays, name }: { replays: readonly ForcedReplay[]; name: string }) {
  const chosen = useSignal(0)
  const replay = replays[chosen.value] ?? replays[0]
  if (replay === undefined) return null
  const [one, other] = replay.callers
  return (
    <div class="card story">
      <h3>The same by force</h3>
      <p>
        {one.name} wants {one.quantity}, {other.name} wants {other.quantity}, and {replay.left} are
        left. Each does one step, then the other one does: under {name} as it happened, under the
        others to see what stops it.
      </p>
      <fieldset class="story-choice" aria-label="Strategies">
        {replays.map((each, i) => (
          <button
            key={each.strategy}
            class="button"
            type="button"
            aria-pressed={i === chosen.value}
            onClick={() => {
              chosen.value = i
            }}
          >
            {each.strategy}
            <span class={`tag${each.sold > each.left ? ' danger' : ''}`}>
              {each.sold} of {each.left}
            </span>
          </button>
        ))}
      </fieldset>
      <p class="small soft">{replay.idea}</p>
      <Replay key={replay.strategy} replay={replay} />
      <p class={`message${replay.sold > replay.left ? ' danger' : ''}`}>{outcomeOf(replay)}</p>
    </div>
  )
}

function Replay({ replay }: { replay: ForcedReplay }) {
  const { strategy, callers, left, steps } = replay
  const shown = steps.map((step, i): Step => {
    const before = steps[i - 1]?.pool.sold ?? 0
    const isWrong = step.pool.sold > left && step.pool.sold > before
    return {
      actor: step.who,
      tone: isWrong ? 'wrong' : step.waits ? 'waits' : 'plain',
      does: step.does,
      detail: step.statements.length === 0 ? undefined : <Sql statements={step.statements} />,
    }
  })
  return (
    <Stepper
      label={`The same under ${strategy}`}
      actors={callers.map(({ name }) => name)}
      steps={shown}
      beside={(_step, index) => {
        const { sold = 0, version = 0 } = steps[index]?.pool ?? {}
        const over = Math.max(0, sold - left)
        return (
          <div class="replay-pool">
            <Tanks
              pools={[{ name: `version ${version}`, capacity: left, sold, over }]}
              scale={Math.max(1.25, (replay.sold / left) * 1.05)}
            />
          </div>
        )
      }}
    />
  )
}

function outcomeOf({ strategy, callers, answers, sold, left }: ForcedReplay): string {
  const told = callers.map(({ name }, i) => {
    return `${name} is told ${answers[i] === 'ok' ? 'yes' : `no (${answers[i]})`}`
  })
  const end =
    sold > left
      ? `${plural(sold - left, 'unit')} too many sold`
      : `${sold} of ${left} sold, and nobody stands before a taken room`
  return `Under ${strategy} ${told.join(', ')}: ${end}.`
}
