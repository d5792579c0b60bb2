/**
 * F0: mistakes made on purpose. The lab's controls are served over HTTP to the same visitors and judged
 * by the same recount as the product; a database that answers COMMIT too early and a standby that may be
 * behind are mistakes as well. What does not notice every one of them proves nothing about the product.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { EXIT } from '../../src/cli/print/exit-codes.js'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import { CONTROL_NAMES, type ControlName } from '../../src/lab/controls/control.js'
import { openLabDatabase } from '../../src/lab/database/lab-database.js'
import { createRandom } from '../../src/lab/race/random.js'
import { startServers } from '../../src/lab/servers/servers.js'
import type { Fault, Ground } from '../fault.js'
import type { Postgres } from '../ground/clusters.js'
import { holdfast } from '../ground/command.js'
import { openPair } from '../ground/pair.js'
import { openStand, openStandOn } from '../ground/stand.js'
import { runTrial } from '../ground/trial.js'
import { judge } from '../load/judge.js'
import { beginLoad } from '../load/load.js'
import { recount, withSession } from '../load/recount.js'
import { putOnSale } from '../load/sale.js'

/** Where the lab's controls race. */
interface Place {
  readonly postgres: Postgres
  readonly apiKey: string
}

/** Says whether anything was noticed. */
type Mutant = (on: { ground: Ground; place: Place }, seed: number) => Promise<boolean>

/** A mistake may be lucky; one that is lucky so often would be missed in a whole run as well. */
const TRIES_MAX = 4
/** The lab's controls, a database and a standby; seeds that follow each other have each once. */
const MUTANTS_COUNT = CONTROL_NAMES.length + 2
const VISITORS = 32
const RACE_MS = 2_500
/** How often it is looked whether the mistake shows already, and a server killed. */
const LOOK_EVERY_MS = 400
/** Few units, so that many want the last one. */
const CAPACITIES = [30, 30, 30]

export const mutants: Fault = {
  id: 'F0',
  injects: 'nothing, into mistakes made on purpose: each has to be noticed',
  repetitions: { quick: MUTANTS_COUNT, whole: 3 * MUTANTS_COUNT },
  together: MUTANTS_COUNT,
  async open(ground) {
    const postgres = ground.clusters.copy(ground.sceneName('F0'))
    await postgres.start()
    const on = { ground, place: { postgres, apiKey: ground.clusters.apiKey } }
    return {
      async end() {
        await postgres.remove()
        return []
      },
      async run(seed) {
        const name = NAMES[seed % NAMES.length] ?? ''
        const isCaught = await isNoticed(async (trySeed) => MUTANTS[name]?.(on, trySeed), seed)
        const nothing = { acknowledged: 0, unknown: 0, lost: 0, doubled: 0, wrong: [] }
        const missed = isCaught ? [] : [name]
        return { ...nothing, kills: 0, failovers: 0, mutants: { tried: [name], missed } }
      },
    }
  },
}

async function isNoticed(
  mutant: (seed: number) => Promise<boolean | undefined>,
  seed: number,
): Promise<boolean> {
  for (let i = 0; i < TRIES_MAX; i += 1) {
    if (await mutant(seed + i)) return true
  }
  return false
}

/** Serves a control to the visitors, kills its servers if that is what it takes, and recounts. */
async function race(
  { postgres, apiKey }: Place,
  strategy: ControlName,
  seed: number,
  kills: boolean,
): Promise<boolean> {
  const lab = await openLabDatabase(postgres.url)
  const { url: databaseUrl, schema } = lab
  await copyKeys(postgres.url, databaseUrl)
  const orders = { databaseUrl, schema, strategy, face: 'v1', connections: 12 } as const
  const servers = await startServers(2, orders)
  const alive = () => servers.servers.filter((server) => server.alive)
  try {
    const [first] = alive()
    const sale = await putOnSale({ port: first?.port ?? 0, apiKey, capacities: CAPACITIES })
    const load = beginLoad({ apiKey, sale, seed, servers: alive, visitors: VISITORS })
    const random = createRandom(seed)
    const untilMs = performance.now() + RACE_MS
    while (performance.now() < untilMs) {
      await pause(between(random, LOOK_EVERY_MS / 2, LOOK_EVERY_MS))
      const { pools } = await recount(databaseUrl, sale.listingId)
      if (pools.some(({ capacity, sold }) => sold > capacity)) break
      const victim = kills ? oneOf(random, alive()) : undefined
      if (victim !== undefined) await servers.replace(victim)
    }
    await load.stop()
    await load.askAgain()
    const { wrong } = judge(load.operations, await recount(databaseUrl, sale.listingId))
    return wrong.length > 0 || load.contradictions.length > 0
  } finally {
    await servers.stop()
    await lab.release()
  }
}

/** The lab's database knows the plan's key as well. */
async function copyKeys(from: string, to: string): Promise<void> {
  const keys = await withSession(from, async (client) => {
    const { rows } = await client.query<{ keys: unknown }>(SELECT_KEYS)
    return rows[0]?.keys
  })
  await withSession(to, (client) => client.query(INSERT_KEYS, [JSON.stringify(keys)]))
}

const SELECT_KEYS = `
  select jsonb_agg(to_jsonb(k)) as keys
  from holdfast.api_keys as k`

const INSERT_KEYS = `
  insert into holdfast.api_keys
  select (jsonb_populate_recordset(null::holdfast.api_keys, $1::jsonb)).*`

/** A control whose mistake is in its mails: the lab's own race has the customers that wait for them. */
async function raceWithMails(
  { postgres }: Place,
  name: ControlName,
  seed: number,
): Promise<boolean> {
  const words = ['simulate', '--mode', name, '--scenario', 'turf', '--chaos', 'kill-server']
  try {
    await holdfast([...words, '--seed', `${seed}`], postgres.url)
    return false
  } catch (error) {
    return (error as { code?: unknown }).code === EXIT.failed
  }
}

/** COMMIT is answered before it is on the disk, and the database is killed. */
const asynchronousCommit: Mutant = async ({ ground }, seed) => {
  const stand = await openStand(ground, {
    id: 'asynchronous-commit',
    servers: 1,
    env: { HOLDFAST_ALLOW_UNSAFE_DURABILITY: 'on' },
    settings: { synchronous_commit: 'off', wal_writer_delay: '10s' },
  })
  try {
    const trial = await runTrial(stand, {
      seed,
      async harm() {
        await pause(700)
        await stand.postgres.kill()
        await stand.postgres.start()
        stand.gate.leadTo(stand.postgres.port)
        return {}
      },
    })
    return trial.lost > 0
  } finally {
    await stand.end()
  }
}

/** The primary waits for nobody, and a standby that is behind takes over. */
const asynchronousStandby: Mutant = async ({ ground }, seed) => {
  const pair = await openPair(ground.clusters, ground.sceneName('asynchronous-standby'), false)
  const stand = await openStandOn(pair.primary, ground.clusters.apiKey, { servers: 1 })
  try {
    const trial = await runTrial(stand, {
      seed,
      async harm() {
        pair.replication.blackhole(true)
        await pause(700)
        stand.gate.leadTo(undefined)
        await pair.failOver()
        stand.postgres = pair.standby
        stand.gate.leadTo(pair.standby.port)
        stand.gate.cut()
        return {}
      },
    })
    return trial.lost > 0
  } finally {
    await stand.end()
    await pair.remove()
  }
}

const WITH_KILLS: readonly ControlName[] = ['ack-before-commit']
const WITH_MAILS: readonly ControlName[] = ['mail-before-commit', 'mail-after-commit']

function controlled(name: ControlName): Mutant {
  return ({ place }, seed) =>
    WITH_MAILS.includes(name)
      ? raceWithMails(place, name, seed)
      : race(place, name, seed, WITH_KILLS.includes(name))
}

/** Every control that the lab has, so that a new one is tried here without another line. */
const MUTANTS: Readonly<Record<string, Mutant>> = {
  ...Object.fromEntries(CONTROL_NAMES.map((name) => [name, controlled(name)])),
  'asynchronous-commit': asynchronousCommit,
  'asynchronous-standby': asynchronousStandby,
}

const NAMES = Object.keys(MUTANTS)
