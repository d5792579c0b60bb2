/** F9: servers whose clocks are wrong by an hour, one ahead and one behind. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.js'
import { openStand } from '../ground/stand.js'
import { runTrial } from '../ground/trial.js'

const HOUR_MS = 3_600_000
/** Long enough that the shortest holds end meanwhile. */
const VISITED_MS = 2_500
/** What the clock of the database and ours are apart at the most: they are one machine's. */
const APART_MAX_MS = 30_000

const SKEWED_CLOCK = new URL('../ground/skewed-clock.mjs', import.meta.url).href

export const wrongClocks: Fault = {
  id: 'F9',
  injects: "servers' clocks an hour ahead and an hour behind",
  repetitions: { quick: 1, whole: 50 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F9', servers: 0 })
    for (const skewMs of [HOUR_MS, -HOUR_MS]) {
      const NODE_OPTIONS = `--import=${SKEWED_CLOCK}`
      await stand.fleet.start({ NODE_OPTIONS, FAULTS_SKEW_MS: `${skewMs}` })
    }
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ load }) {
            await pause(VISITED_MS)
            const wrongTimes = load.operations.filter(({ heard }) => {
              if (heard.kind !== 'yes') return false
              const { created_at: created, expires_at: end } = heard.body
              return [created, end].some((time) => time && isFarFrom(Date.parse(time)))
            })
            const count = wrongTimes.length
            return { wrong: count === 0 ? [] : [`${count} answers have a time of a wrong clock`] }
          },
        }),
    }
  },
}

function isFarFrom(timeMs: number): boolean {
  return Math.abs(timeMs - Date.now()) > APART_MAX_MS
}
