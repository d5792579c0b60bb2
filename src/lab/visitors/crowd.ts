/**
 * Sends the visitors in. Closed loop: a fixed number of clients, each of which comes again when it has
 * been served. Open loop: visitors arrive at a given rate and do not wait for those before them, so
 * that a slow server shows in their latency.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom } from '../race/random.js'
import type { Ground } from './ground.js'
import { makeVisit } from './visit.js'
import { createVisitor } from './visitor.js'

/** Resolves when every visit is over. */
export function runCrowd(ground: Ground): Promise<void> {
  const { rate } = ground.race
  return rate === undefined ? takeTurns(ground) : arrive(ground, rate)
}

async function takeTurns(ground: Ground): Promise<void> {
  const { race } = ground
  await Promise.all(Array.from({ length: race.clients }, (_, client) => runClient(ground, client)))
}

async function runClient(ground: Ground, client: number): Promise<void> {
  const { race, scenario, tally, pairs, signal } = ground
  const visitor = createVisitor(ground, client, createRandom(race.seed + client))
  const visits = visitsOf(ground)
  for (let number = client; number < visits && !signal.aborted; number += race.clients) {
    if (!(await makeVisit(ground, visitor, { number }))) break
    tally.visitsDone += 1
  }
  if (scenario.pairs) pairs?.leave(client)
  tally.clientsDone += 1
}

/** How many visits the race has in all; infinite when clients come until nothing is left. */
export function visitsOf({ scenario, race }: Pick<Ground, 'scenario' | 'race'>): number {
  return scenario.visits?.(race.units) ?? Number.POSITIVE_INFINITY
}

/** Arrivals are drawn by a client that does not exist, so that they do not depend on anybody's choices. */
const ARRIVALS = 2 ** 31

async function arrive(ground: Ground, rate: number): Promise<void> {
  const { race, tally, signal } = ground
  const random = createRandom(race.seed + ARRIVALS)
  const idle = Array.from({ length: race.clients }, (_, i) => race.clients - 1 - i)
  const underWay = new Set<Promise<void>>()
  let over = false
  let dueMs = performance.now()

  async function visit(client: number, number: number, due: number): Promise<void> {
    const visitor = createVisitor(ground, client, createRandom(race.seed + number))
    if (!(await makeVisit(ground, visitor, { number, dueMs: due }))) over = true
    tally.visitsDone += 1
    idle.push(client)
  }

  for (let number = 0; number < visitsOf(ground) && !over && !signal.aborted; number += 1) {
    // The time between two arrivals of a Poisson process.
    dueMs += (-Math.log(1 - random()) / rate) * 1000
    const earlyMs = dueMs - performance.now()
    if (earlyMs > 0) await pause(earlyMs, undefined, { signal }).catch(() => {})
    const client = idle.pop()
    if (client === undefined) {
      tally.dropped()
      continue
    }
    const going = visit(client, number, dueMs)
    underWay.add(going)
    // One that failed stays: it is awaited at the end, and fails the race.
    going.then(
      () => underWay.delete(going),
      () => {
        over = true
      },
    )
  }
  await Promise.all(underWay)
  tally.clientsDone = race.clients
}
