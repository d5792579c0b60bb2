/** Whatever is killed or cut: customers are told the truth, and every room is sold once. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import type { CommandResult } from '../../../src/engine/engine.js'
import { audit } from '../../../src/engine/upkeep/audit.js'
import { CHAOS_NAMES, type Chaos, type ChaosName, openChaos } from '../../../src/lab/chaos/chaos.js'
import type { ContestantName } from '../../../src/lab/race/race.js'
import { createRandom } from '../../../src/lab/race/random.js'
import { useDatabase } from '../../support/database/test-database.js'
import { EngineServer } from '../../support/process/engine-server.js'
import { SAFE_NAMES } from '../../support/stock/evento.js'
import { givenPools } from '../../support/stock/factory.js'

const held = useDatabase({ guard: false })
const SERVERS = 2
const CUSTOMERS = 8
const CAPACITY = 40
/** A server takes its time to start. */
const BLOWS: Record<ChaosName, number> = { 'kill-server': 2, 'kill-backend': 6, 'slow-network': 8 }
const SELECT_ACTIVE = `
  select reservations.reservation_id as id, lines.quantity
  from reservations
  join reservation_lines as lines
    on lines.listing_id = reservations.listing_id
    and lines.reservation_id = reservations.reservation_id
  where reservations.listing_id = $1
    and reservations.state = 'confirmed'`
const COUNT = `
  select count(*) as made
  from reservations
  where listing_id = $1`

/** Servers that are nothing but an engine, to be killed and replaced. */
class Fleet {
  readonly servers: { readonly port: number; readonly server: EngineServer; alive: boolean }[] = []
  readonly #start: () => Promise<EngineServer>

  private constructor(start: () => Promise<EngineServer>) {
    this.#start = start
  }

  static async of(strategy: ContestantName, url: string): Promise<Fleet> {
    const fleet = new Fleet(() => EngineServer.start({ strategy, url }))
    for (let i = 0; i < SERVERS; i += 1) await fleet.#add()
    return fleet
  }

  async replace(victim: { readonly port: number }): Promise<void> {
    await this.servers.find(({ port }) => port === victim.port)?.server.stop()
    await this.#add()
  }

  async #add(): Promise<void> {
    const server = await this.#start()
    const port = this.servers.length
    this.servers.push({
      port,
      server,
      get alive() {
        return server.alive
      },
    })
  }

  /** Asks whoever is alive, again under the same key until there is a definite answer. */
  async persist(
    method: 'reserve' | 'cancel',
    key: string,
    ...args: unknown[]
  ): Promise<CommandResult> {
    for (let tries = 0; ; tries += 1) {
      const alive = this.servers.filter((each) => each.alive)
      const answer = await alive[tries % alive.length]?.server.ask(method, ...args, { key })
      if (answer !== undefined && !isBusy(answer)) return answer
      await pause(5)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map(({ server }) => server.stop()))
  }
}

const isBusy = (answer: CommandResult) =>
  answer.kind === 'refused' && answer.refusal.code === 'idempotency_in_progress'

/** Customers come and go until `blows` blows have fallen, then buy what is left; what they were told. */
async function rush(strategy: ContestantName, names: readonly ChaosName[], blows: number) {
  const { listingId, poolIds } = await givenPools(held.db, CAPACITY)
  const chaos = await openChaos(names, { databaseUrl: held.url, seed: 7 })
  const fleet = await Fleet.of(strategy, chaos.databaseUrl)
  const harm = new AbortController()
  const reserved = new Set<string>()
  const kept = new Map<string, number>()

  const reserve = async (quantity: number) => {
    const wanted = { customer: 'ada', lines: [{ poolId: poolIds[0], quantity }] }
    const answer = await fleet.persist('reserve', newId(), listingId, wanted)
    if (answer.kind === 'refused') return false
    reserved.add(answer.reservation.reservationId)
    kept.set(answer.reservation.reservationId, quantity)
    return true
  }
  /** Takes and, when there is nothing left, makes room: as long as there are blows to wait for. */
  const comeAndGo = async (random: () => number) => {
    while (chaos.events.length < blows) {
      if (await reserve(1 + Math.floor(random() * 3))) continue
      const [id] = kept.keys()
      if (id === undefined) continue
      kept.delete(id)
      await fleet.persist('cancel', newId(), listingId, id)
    }
  }
  const buyTheRest = async () => {
    while (await reserve(1));
  }
  const everybody = (work: (random: () => number) => Promise<void>) =>
    Promise.all(Array.from({ length: CUSTOMERS }, (_, i) => work(createRandom(i))))

  try {
    chaos.begin({ servers: fleet, databaseUrl: held.url, signal: harm.signal })
    await everybody(comeAndGo)
    await everybody(buyTheRest)
    const summary = await chaos.stop()
    return { listingId, reserved, kept, summary, events: chaos.events }
  } finally {
    await chaos.stop()
    await fleet.stop()
    await chaos.close()
  }
}

const unitsOf = (units: Iterable<number>) => [...units].reduce((sum, each) => sum + each, 0)

async function lostOf({
  listingId,
  kept,
}: Pick<Awaited<ReturnType<typeof rush>>, 'listingId' | 'kept'>) {
  const rows = await held.db.query<{ id: string; quantity: number }>(SELECT_ACTIVE, [listingId])
  const there = new Map(rows.map(({ id, quantity }) => [id, quantity]))
  const lost = [...kept].filter(([id, quantity]) => there.get(id) !== quantity)
  return { lost: lost.length, sold: unitsOf(there.values()) }
}

/** Each kind of chaos alone for a strategy that batches and one that does not; all at once for the others. */
const ROUNDS = SAFE_NAMES.flatMap((strategy): [ContestantName, string, readonly ChaosName[]][] =>
  strategy === 'batched' || strategy === 'pessimistic'
    ? CHAOS_NAMES.map((name) => [strategy, name, [name]])
    : [[strategy, 'everything at once', CHAOS_NAMES]],
)

describe('whatever is broken', () => {
  test.each(ROUNDS)('%s sells each room once, with %s', async (strategy, _, names) => {
    const blows = Math.max(...names.map((name) => BLOWS[name]))
    const { listingId, reserved, kept, summary, events } = await rush(strategy, names, blows)
    expect(await lostOf({ listingId, kept })).toEqual({ lost: 0, sold: unitsOf(kept.values()) })
    expect(unitsOf(kept.values())).toBe(CAPACITY)
    expect((await audit(held.db, listingId)).drift).toEqual([])
    const [row] = await held.db.query<{ made: number }>(COUNT, [listingId])
    expect(row?.made, 'one effect for each key').toBe(reserved.size)
    expect(events.length).toBeGreaterThanOrEqual(blows)
    expect(summary).toHaveLength(names.length)
    for (const event of events) {
      expect(names).toContain(event.name)
      expect(event.endedNs ?? Number.NaN).toBeGreaterThanOrEqual(event.atNs)
    }
  })
})

describe('ack-before-commit', () => {
  // Whether a blow falls between an answer and its COMMIT is luck; test/engine/crash.test.ts forces it.
  test('is caught before long: customers have confirmations of nothing', async () => {
    let lost = 0
    for (let tries = 0; lost === 0 && tries < 10; tries += 1) {
      const run = await rush('ack-before-commit', ['kill-backend'], 20)
      lost = (await lostOf(run)).lost
    }
    expect(lost).toBeGreaterThan(0)
  })
})

describe('what is drawn', () => {
  /** The first blows against a field on which every blow is over at once. */
  async function blows(seed: number, names: readonly ChaosName[]): Promise<string[]> {
    const struck: string[] = []
    const servers = [1, 2, 3, 4, 5].map((port) => ({ port, alive: true }))
    const chaos: Chaos = await openChaos(names, { databaseUrl: held.url, seed })
    await new Promise<void>((resolve) => {
      chaos.begin({
        servers: {
          servers,
          replace: async ({ port }) => {
            if (struck.push(`killed ${port}`) === 4) resolve()
          },
        },
        databaseUrl: held.url,
        signal: new AbortController().signal,
      })
    })
    await chaos.stop()
    await chaos.close()
    return struck.slice(0, 4)
  }

  test('comes again with the seed, whatever else is broken, and not with another one', async () => {
    const [once, again, other] = await Promise.all([
      blows(1, ['kill-server']),
      blows(1, ['kill-backend', 'kill-server']),
      blows(2, ['kill-server']),
    ])
    expect(again).toEqual(once)
    expect(other).not.toEqual(once)
  })
})

test('nothing that is asked for is nothing that is done: the database is the one that was named', async () => {
  const chaos = await openChaos([], { databaseUrl: held.url, seed: 1 })
  expect(chaos.databaseUrl).toBe(held.url)
  chaos.begin({
    servers: { servers: [], replace: async () => {} },
    databaseUrl: held.url,
    signal: new AbortController().signal,
  })
  expect(await chaos.stop()).toEqual([])
  await chaos.close()
})

test('a server that cannot be replaced is told of, and ends the harm', async () => {
  const chaos = await openChaos(['kill-server'], { databaseUrl: held.url, seed: 1 })
  const tried = new Promise<void>((resolve) => {
    chaos.begin({
      servers: {
        servers: [{ port: 1, alive: true }],
        replace: async () => {
          resolve()
          throw new Error('no port is free')
        },
      },
      databaseUrl: held.url,
      signal: new AbortController().signal,
    })
  })
  await tried
  await expect(chaos.stop()).rejects.toThrow('no port is free')
  await chaos.close()
})
