/** F5, F6 and W1: a primary with a synchronous standby, whose waits are broken off, and which fails over. */
import { setTimeout as pause } from 'node:timers/promises'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import type { Blows, Fault, Ground, Scene } from '../fault.js'
import type { Postgres } from '../ground/clusters.js'
import { openPair, type Pair } from '../ground/pair.js'
import { openStandOn, type Stand } from '../ground/stand.js'
import { type Field, reached, runTrial } from '../ground/trial.js'
import { withSession } from '../load/recount.js'

/** How the moment before the primary's end looks. */
const BEFOREHAND = ['nothing', 'dark', 'cancelled', 'terminated'] as const

export const failovers: Fault = {
  id: 'F5',
  injects:
    'kill −9 of a primary with a synchronous standby, which takes over; before that, for three of four, the standby is unreachable, and waits for it are cancelled or terminated',
  repetitions: { quick: 1, whole: 200 },
  open: (ground) =>
    openPairs(ground, 'F5', async (stand, pair, { random }) => {
      await pause(between(random, 200, 900))
      const how = oneOf(random, BEFOREHAND)
      if (how !== 'nothing') pair.replication.blackhole(true)
      if (how === 'dark') await pause(between(random, 100, 800))
      if (how === 'cancelled' || how === 'terminated') await breakOffWaits(pair, how)
      await takeOver(stand, pair)
      return { kills: 1, failovers: 1 }
    }),
}

async function takeOver(stand: Stand, pair: Pair): Promise<void> {
  stand.gate.leadTo(undefined)
  await pair.failOver()
  stand.postgres = pair.standby
  stand.gate.leadTo(pair.standby.port)
  stand.gate.cut()
}

/** How long the name leads to the old primary, and how long until everybody has met the new one. */
const MISLED_MS = 2_000
const MET_MS = 15_000

const COUNT_ENTRIES = `
  select count(*)::integer as entries
  from holdfast.journal`

export const oldPrimary: Fault = {
  id: 'F6',
  injects:
    'an old primary that starts again after its standby took over, waits for no standby, and is where the name leads for 2 s',
  repetitions: { quick: 1, whole: 30 },
  open: (ground) =>
    openPairs(ground, 'F6', async (stand, pair, { random, load }) => {
      await pause(between(random, 200, 600))
      await takeOver(stand, pair)
      const isMet = await reached(load, load.definite() + 40, MET_MS)
      await pair.primary.start({ synchronous_standby_names: '' })
      const before = await entriesOf(pair.primary)
      stand.gate.leadTo(pair.primary.port)
      stand.gate.cut()
      await pause(MISLED_MS)
      stand.gate.leadTo(pair.standby.port)
      stand.gate.cut()
      const written = (await entriesOf(pair.primary)) - before
      const wrong = isMet ? [] : ['the new primary did not serve']
      if (written > 0) wrong.push(`the old primary took ${written} changes`)
      return { kills: 1, failovers: 1, wrong }
    }),
}

async function entriesOf({ url }: Postgres): Promise<number> {
  return withSession(url, async (client) => {
    const { rows } = await client.query<{ entries: number }>(COUNT_ENTRIES)
    return rows[0]?.entries ?? 0
  })
}

/** What was on its way when the standby became unreachable has been confirmed by then. */
const CONFIRMED_MS = 400

export const brokenWaits: Fault = {
  id: 'W1',
  injects: 'waits of COMMIT for an unreachable synchronous standby, cancelled and terminated',
  repetitions: { quick: 1, whole: 40 },
  open: (ground) =>
    openPairs(ground, 'W1', async (_stand, pair, { random, load }) => {
      pair.replication.blackhole(true)
      await pause(CONFIRMED_MS)
      const before = load.acknowledged()
      await breakOffWaits(pair, random() < 0.5 ? 'cancelled' : 'terminated')
      const unconfirmed = load.acknowledged() - before
      pair.replication.blackhole(false)
      if (unconfirmed === 0) return {}
      return { wrong: [`${unconfirmed} were acknowledged that no standby had confirmed`] }
    }),
}

const STRIKES = 12
const EVERY_MS = 100

const BREAK_OFF = {
  cancelled: `
    select pg_cancel_backend(pid)
    from pg_stat_activity
    where wait_event = 'SyncRep'`,
  terminated: `
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where wait_event = 'SyncRep'`,
} as const

async function breakOffWaits({ primary }: Pair, how: keyof typeof BREAK_OFF): Promise<void> {
  await withSession(primary.url, async (client) => {
    for (let i = 0; i < STRIKES; i += 1) {
      await client.query(BREAK_OFF[how])
      await pause(EVERY_MS)
    }
  })
}

/** Waits of the product for a COMMIT end after 3 s. */
const TIMEOUT_MS = 8_000

/** Servers that stay, in front of one pair after the other: whoever took over is the next primary. */
async function openPairs(
  ground: Ground,
  id: string,
  harm: (stand: Stand, pair: Pair, field: Field) => Promise<Blows>,
): Promise<Scene> {
  const { clusters } = ground
  let pair = await openPair(clusters, ground.sceneName(id), true)
  let isUsed = false
  const stand = await openStandOn(pair.primary, clusters.apiKey, {})
  const nextPair = async () => {
    const [serving, other] =
      stand.postgres === pair.standby ? [pair.standby, pair.primary] : [pair.primary, pair.standby]
    await pair.replication.close()
    await other.remove()
    await serving.stop()
    pair = await openPair(clusters, ground.sceneName(id), true, serving)
    stand.postgres = pair.primary
    stand.gate.leadTo(pair.primary.port)
    stand.gate.cut()
  }
  return {
    async run(seed) {
      if (isUsed) await nextPair()
      isUsed = true
      return runTrial(stand, {
        ...{ seed, timeoutMs: TIMEOUT_MS },
        harm: (field) => harm(stand, pair, field),
      })
    },
    async end() {
      const wrong = await stand.end()
      await pair.remove()
      return wrong
    },
  }
}
