/** What to race: a scenario, strategies side by side, how many come, and what harm is done meanwhile. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Choices, RaceRequest } from '../../../src/cli/lab/wire.js'
import { choices, run, startRace, stopRace } from '../state.js'
import { Chips } from './chips.js'
import { Figures, figuresIn } from './figures.js'
import './setup.css'

export function Setup() {
  const all = choices.value
  if (all === undefined || run.value === undefined) {
    return <p class="soft">Asking the lab what can be raced …</p>
  }
  return <Form all={all} />
}

const FIRST_STRATEGIES = ['naive', 'batched']

function Form({ all }: { all: Choices }) {
  const scenarioName = useSignal('evento')
  const fault = useSignal<string | undefined>(undefined)
  /** Once something races, what was chosen makes room for it. */
  const isOpen = useSignal(run.value === null)
  const scenario = all.scenarios.find(({ name }) => name === scenarioName.value)
  const phase = run.value?.phase
  const isBusy = phase === 'racing' || phase === 'replaying'
  useEffect(() => {
    if (isBusy) isOpen.value = false
  }, [isBusy, isOpen])
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    fault.value = await startRace(requestOf(new FormData(form)))
    if (fault.value === undefined) document.getElementById('course')?.focus()
  }
  return (
    <form class="card setup" onSubmit={(event) => void submit(event)}>
      <div class="setup-parts" hidden={!isOpen.value}>
        <div class="setup-part">
          <div class="field">
            <label for="scenario">Scenario</label>
            <select
              class="input"
              id="scenario"
              name="scenario"
              value={scenarioName.value}
              aria-describedby="scenario-about"
              onChange={(event) => {
                scenarioName.value = event.currentTarget.value
              }}
            >
              {all.scenarios.map(({ name }) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
            <p class="hint" id="scenario-about">
              {scenario?.about}
            </p>
          </div>
          <Figures scenario={scenario} />
        </div>
        <div class="setup-part">
          <Chips
            title="Controls, each with a mistake made on purpose"
            group="strategies"
            of={all.strategies.filter(({ safe }) => !safe)}
            chosen={FIRST_STRATEGIES}
          />
          <Chips
            title="Strategies"
            group="strategies"
            of={all.strategies.filter(({ safe }) => safe)}
            chosen={FIRST_STRATEGIES}
          />
          <Chips
            title="Harm to do meanwhile"
            group="chaos"
            of={all.chaos.map((name) => ({ name }))}
          />
        </div>
      </div>
      <div class="setup-act">
        {isBusy ? (
          <button class="button" type="button" onClick={() => void stopRace()}>
            Stop
          </button>
        ) : (
          <button class="button main" type="submit">
            Race
          </button>
        )}
        {!isBusy && run.value !== null && (
          <button
            class="button"
            type="button"
            aria-expanded={isOpen.value}
            onClick={() => {
              isOpen.value = !isOpen.value
            }}
          >
            Choose what to race
          </button>
        )}
        <p class="small soft">Strategies race in turns, so that none slows another down.</p>
        {fault.value !== undefined && (
          <p class="message danger" role="alert">
            {fault.value}
          </p>
        )}
      </div>
    </form>
  )
}

/** What was left empty is left to the lab. */
function requestOf(form: FormData): RaceRequest {
  const chaos = form.getAll('chaos').map(String)
  return {
    scenario: String(form.get('scenario')),
    strategies: form.getAll('strategies').map(String),
    ...figuresIn(form),
    ...(chaos.length === 0 ? {} : { chaos }),
  }
}
