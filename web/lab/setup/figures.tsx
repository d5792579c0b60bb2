/** How many come, to how much, and how fast. What stays empty is what suits the scenario. */
import type { RaceRequest, ScenarioChoice } from '../../../src/cli/lab/wire.js'

const FIGURES = [
  { name: 'clients', label: 'Clients', min: 1, max: 10_000 },
  { name: 'servers', label: 'Servers', min: 1, max: 64 },
  { name: 'rooms', label: 'Units in a pool', min: 0, max: 1_000_000 },
  { name: 'thinkMs', label: 'Think time, ms', min: 0, max: 60_000 },
  { name: 'rate', label: 'Visits a second', min: 1, max: 100_000 },
  { name: 'seed', label: 'Seed', min: 0, max: 2 ** 32 - 1 },
] as const

const SERVERS = 2

export function Figures({ scenario }: { scenario: ScenarioChoice | undefined }) {
  const usual: Readonly<Record<string, number | string | undefined>> = {
    clients: scenario?.clients,
    servers: SERVERS,
    rooms: scenario?.units,
    thinkMs: scenario?.thinkMs,
    rate: 'in turns',
    seed: 'drawn',
  }
  return (
    <div class="setup-figures">
      {FIGURES.map(({ name, label, min, max }) => (
        <div class="field" key={name}>
          <label for={name}>{label}</label>
          <input
            class="input figures"
            id={name}
            name={name}
            type="number"
            inputMode="numeric"
            min={min}
            max={max}
            placeholder={String(usual[name] ?? '')}
          />
        </div>
      ))}
    </div>
  )
}

export function figuresIn(form: FormData): RaceRequest {
  const given = FIGURES.flatMap(({ name }) => {
    const text = String(form.get(name) ?? '')
    return text === '' ? [] : [[name, Number(text)] as const]
  })
  return Object.fromEntries(given)
}
