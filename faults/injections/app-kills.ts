/** F1, F2, F15: what happens to a server of the product: killed, frozen, restarted in good order. */
import { setTimeout as pause } from 'node:timers/promises'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import { FAIL_POINTS } from '../../src/storage/driver/database.js'
import type { Fault, Ground } from '../fault.js'
import type { Served } from '../ground/product.js'
import { openStand, type Stand } from '../ground/stand.js'
import { reached, runTrial } from '../ground/trial.js'

const KILLS_EACH = 3
/** An armed server that nobody asks does not reach its fail point: then it is killed where it is. */
const ARMED_MS = 3_000

export const appKills: Fault = {
  id: 'F1',
  injects: 'kill −9 of a server at a fail point of its transaction, or at any moment',
  repetitions: { quick: 1, whole: 250 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F1' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random }) {
            for (let i = 0; i < KILLS_EACH; i += 1) await killOne(stand, random)
            return { kills: KILLS_EACH }
          },
        }),
    }
  },
}

/** The oldest server goes, at a moment that is drawn, and one that is armed or not takes its place. */
async function killOne({ fleet }: Stand, random: () => number): Promise<void> {
  const point = oneOf(random, [...FAIL_POINTS, undefined])
  const nth = between(random, 1, 40)
  const waitMs = between(random, 20, 300)
  if (point === undefined) {
    await pause(waitMs)
    const victim = oneOf(random, fleet.chosen())
    victim?.signal('SIGKILL')
    await victim?.ended
    await fleet.start()
    return
  }
  const armed = await fleet.start({ HOLDFAST_FAIL_POINT: `${point}:${nth}` })
  await Promise.race([armed.ended, pause(ARMED_MS)])
  armed.signal('SIGKILL')
  await armed.ended
}

/** Longer than any lock, statement or transaction of a server may last. */
const FROZEN_MS = 8_000
const OTHERS_MS = 6_000

export const frozenApp: Fault = {
  id: 'F2',
  injects: 'SIGSTOP of a server in the middle of its work for 8 s, then SIGCONT',
  repetitions: { quick: 1, whole: 20 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F2' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random, load }) {
            await pause(between(random, 50, 300))
            const frozen = oneOf(random, stand.fleet.chosen())
            frozen?.signal('SIGSTOP')
            if (frozen) frozen.chosen = false
            const goesOn = await reached(load, load.definite() + 1, OTHERS_MS)
            await pause(FROZEN_MS)
            frozen?.signal('SIGCONT')
            if (frozen) frozen.chosen = true
            return goesOn ? {} : { wrong: ['a frozen server kept all others waiting for 6 s'] }
          },
        }),
    }
  },
}

export const rollingRestart: Fault = {
  id: 'F15',
  injects: 'SIGTERM of each server in turn, under load',
  repetitions: { quick: 1, whole: 50 },
  async open(ground: Ground) {
    const stand = await openStand(ground, { id: 'F15' })
    return {
      end: stand.end,
      async run(seed) {
        const trial = await runTrial(stand, {
          seed,
          async harm() {
            for (const old of stand.fleet.chosen()) await replace(stand, old)
            return {}
          },
        })
        const { unknown, wrong } = trial
        if (unknown === 0) return trial
        return {
          ...trial,
          wrong: [...wrong, `${unknown} did not know what became of their request`],
        }
      },
    }
  },
}

/** As a load balancer does it: the new one serves before the old one is asked to go. */
async function replace({ fleet }: Stand, old: Served): Promise<void> {
  await fleet.start()
  old.chosen = false
  old.signal('SIGTERM')
  await old.ended
}
