/** F3, F4: what happens to PostgreSQL's processes: sessions terminated, statements cancelled, all killed. */
import { setTimeout as pause } from 'node:timers/promises'
import { readPostmaster } from '../../src/embedded/postmaster.js'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import type { Fault } from '../fault.js'
import { killNow } from '../ground/leavings.js'
import { openStand, type Stand } from '../ground/stand.js'
import { reached, runTrial } from '../ground/trial.js'
import { withSession } from '../load/recount.js'

const STRIKES = 25
const EVERY_MS = 100
const SERVING_MS = 15_000

/** Half of the sessions that are the product's. */
const BREAK_OFF = {
  terminate: `
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where application_name = 'holdfast'
      and mod(pid, 2) = $1`,
  cancel: `
    select pg_cancel_backend(pid)
    from pg_stat_activity
    where application_name = 'holdfast'
      and mod(pid, 2) = $1`,
} as const

export const brokenSessions: Fault = {
  id: 'F3',
  injects: 'half of the sessions terminated, or their statements cancelled, every 100 ms',
  repetitions: { quick: 1, whole: 120 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F3' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random, load }) {
            const before = load.definite()
            const servers = stand.fleet.chosen()
            await withSession(stand.postgres.url, async (client) => {
              for (let i = 0; i < STRIKES; i += 1) {
                const how = random() < 0.5 ? 'terminate' : 'cancel'
                await client.query(BREAK_OFF[how], [between(random, 0, 1)])
                await pause(EVERY_MS)
              }
            })
            const wrong = servers
              .filter((server) => !server.alive)
              .map((server) => `a server ended: ${server.lastWords()}`)
            const seconds = (STRIKES * EVERY_MS) / 1_000
            if (load.definite() - before < seconds) wrong.push('fewer than one answer a second')
            return { wrong }
          },
        }),
    }
  },
}

export const killedDatabase: Fault = {
  id: 'F4',
  injects: 'kill −9 of a backend (the server starts again by itself), and of postmaster and all',
  repetitions: { quick: 1, whole: 130 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F4' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random, load }) {
            await pause(between(random, 50, 400))
            const kills = (await killBackend(stand, random)) ? 2 : 1
            const isServing = await reached(load, load.definite() + 1, SERVING_MS)
            await pause(between(random, 50, 400))
            await stand.postgres.kill()
            await stand.postgres.start()
            stand.gate.leadTo(stand.postgres.port)
            return {
              kills,
              wrong: isServing ? [] : ['it did not serve again after a backend was killed'],
            }
          },
        }),
    }
  },
}

const SELECT_BACKENDS = `
  select pid
  from pg_stat_activity
  where application_name = 'holdfast'
  order by pid`

async function killBackend({ postgres }: Stand, random: () => number): Promise<boolean> {
  const pid = await withSession(postgres.url, async (client) => {
    const { rows } = await client.query<{ pid: number }>(SELECT_BACKENDS)
    return oneOf(random, rows)?.pid
  })
  const isOurs = (await readPostmaster(postgres.data)) !== null
  return pid !== undefined && isOurs && killNow(pid)
}
