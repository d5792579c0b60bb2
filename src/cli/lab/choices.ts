/** What the page offers: every scenario, strategy, control and kind of harm that there is. */
import { CHAOS_NAMES } from '../../lab/chaos/chaos.js'
import { CONTESTANTS } from '../../lab/race/contestants.js'
import { SCENARIOS } from '../../lab/scenarios/registry.js'
import { VERSION } from '../print/version.js'
import { comparedRaceOf, type RaceFlags } from '../race/race-flags.js'
import type { Choices } from './wire.js'

export async function choices(): Promise<Choices> {
  const scenarios = Object.values(SCENARIOS).map(async ({ name, about, words }) => {
    const flags: RaceFlags = { scenario: name, servers: 2, connections: 4 }
    const { race } = await comparedRaceOf(flags)
    const { clients, units, thinkMs } = race
    return { name, about, ...words, clients, units, thinkMs }
  })
  return {
    scenarios: await Promise.all(scenarios),
    strategies: Object.values(CONTESTANTS).map(({ name, idea, safe }) => ({ name, idea, safe })),
    chaos: CHAOS_NAMES,
    version: VERSION,
  }
}
