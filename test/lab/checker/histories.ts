/**
 * Random histories, small or large, of an engine that decides rightly or now and then wrongly: as
 * the records that a race keeps, and, apart from them, as the events that took place.
 */
import type { History, MovementRecord, OperationRecord } from '../../../src/lab/history/history.js'
import type { Event } from './brute-force.js'
import { planRequests, type Request, type Row, type Wishes } from './plan.js'

export interface Made {
  readonly history: History
  readonly events: readonly Event[]
  readonly capacities: ReadonlyMap<string, number>
}

type Movement = { -readonly [K in keyof MovementRecord]: MovementRecord[K] }

interface Count {
  capacity: number
  taken: number
  version: number
}

interface Played {
  readonly counts: ReadonlyMap<string, Count>
  readonly writes: { readonly by: Request; readonly movements: Movement[] }[]
}

export function makeHistory(wishes: Wishes): Made {
  const draw = (max: number) => Math.floor(wishes.random() * max)
  const poolIds = Array.from({ length: wishes.pools }, (_, i) => `pool-${i}`)
  // Never one that a change of capacity may ask for.
  const capacities = new Map(poolIds.map((id) => [id, wishes.capacityMax]))
  const requests = planRequests(wishes, poolIds)
  const played = play(requests, capacities, wishes)
  if (wishes.swap) swapVersions(played, poolIds[draw(poolIds.length)] ?? '', draw)
  const history: History = {
    race: {
      type: 'race',
      format: 1,
      scenario: 'random',
      strategy: 'batched',
      seed: 0,
      listingId: 'listing',
      pools: [...capacities].map(([poolId, capacity]) => ({ poolId, name: poolId, capacity })),
    },
    operations: requests.flatMap(recordsOf),
    pools: [...played.counts].map(([poolId, count]) => ({ type: 'pool', poolId, ...count })),
    reservations: requests.flatMap(({ row }) => row ?? []),
    movements: played.writes.flatMap(({ movements }) => movements),
    mails: [],
  }
  return { history, events: eventsOf(requests, played), capacities }
}

/** Lets every request take effect at its moment, as the engine would: nearly always. */
function play(
  requests: readonly Request[],
  capacities: ReadonlyMap<string, number>,
  { random, wrongly }: Wishes,
): Played {
  const counts = new Map(
    [...capacities].map(([id, capacity]) => [id, { capacity, taken: 0, version: 0 }]),
  )
  const played: Played = { counts, writes: [] }
  const effective = requests.filter((request) => request.effectNs !== undefined)
  effective.sort((a, b) => (a.effectNs ?? 0) - (b.effectNs ?? 0))
  for (const request of effective) {
    if (request.kind === 'capacity') alterCapacity(played, request)
    else if (request.kind === 'cancel' || request.kind === 'expire') end(played, request)
    else take(played, request, random() < wrongly)
  }
  return played
}

function alterCapacity(played: Played, request: Request): void {
  const [line] = request.lines
  const count = played.counts.get(line?.poolId ?? '')
  if (line === undefined || count === undefined) return
  request.verdict = 'ok'
  count.capacity = request.capacity
  write(played, request, new Map([[line.poolId, 0]]))
}

/** Twice asked, once given back: whoever comes second is told the same. */
function end(played: Played, request: Request): void {
  const row = request.about?.row
  request.verdict = row === undefined ? 'refused' : 'ok'
  if (row === undefined || row.state === 'cancelled') return
  row.state = request.kind === 'expire' ? 'expired' : 'cancelled'
  write(played, request, new Map(current(row).map((line) => [line.poolId, -line.quantity])))
}

function take(played: Played, request: Request, wrong: boolean): void {
  const { about, kind, key, keyed } = request
  const row = about?.row
  if (about !== undefined && row === undefined) {
    request.verdict = 'refused'
    return
  }
  const moves = movesOf(request)
  const fits = [...moves].every(([poolId, delta]) => {
    const count = played.counts.get(poolId)
    return count === undefined || delta < 0 || count.taken + delta <= count.capacity
  })
  const wanting = [...moves.values()].some((delta) => delta > 0)
  request.verdict = fits === (wrong && wanting) ? 'refused' : 'ok'
  request.short = request.verdict === 'refused'
  if (request.short) return
  const lines = request.lines.map((line) => ({ ...line, replaced: false }))
  if (row === undefined) {
    request.row = {
      type: 'reservation',
      reservationId: `made by ${key}`,
      state: kind === 'hold' ? 'held' : 'confirmed',
      customer: `customer of ${key}`,
      ...(keyed ? { key } : {}),
      lines,
    }
  } else {
    row.lines = [...row.lines.map((line) => ({ ...line, replaced: true })), ...lines]
  }
  write(played, request, moves)
}

/** What a request adds to each pool, beside what its reservation has there. */
function movesOf({ lines, about }: Request): Map<string, number> {
  const moves = new Map<string, number>()
  const add = (poolId: string, units: number) => moves.set(poolId, (moves.get(poolId) ?? 0) + units)
  for (const { poolId, quantity } of lines) add(poolId, quantity)
  for (const { poolId, quantity } of about?.lines ?? []) add(poolId, -quantity)
  return new Map([...moves].filter(([, delta]) => delta !== 0))
}

function current(row: Row): Row['lines'] {
  return row.lines.filter((line) => !line.replaced)
}

const CAUSES = {
  reserve: 'confirmed',
  hold: 'held',
  cancel: 'cancelled',
  change: 'changed',
  expire: 'expired',
  capacity: 'capacity_changed',
} as const

function write({ counts, writes }: Played, by: Request, moves: ReadonlyMap<string, number>): void {
  const row = by.row ?? by.about?.row
  const movements = [...moves].map(([poolId, delta]): Movement => {
    const count = counts.get(poolId)
    if (count === undefined) throw new Error(`there is no pool ${poolId}`)
    count.taken += delta
    count.version += 1
    return {
      type: 'movement',
      poolId,
      version: count.version,
      kind: delta > 0 ? 'take' : delta < 0 ? 'give_back' : 'capacity',
      delta,
      ...(by.kind === 'capacity' ? { capacity: by.capacity } : {}),
      ...(row === undefined ? {} : { reservationId: row.reservationId }),
      cause: CAUSES[by.kind],
    }
  })
  writes.push({ by, movements })
}

function swapVersions(played: Played, poolId: string, draw: (max: number) => number): void {
  const mine = played.writes.flatMap(({ movements }) => {
    return movements.filter((movement) => movement.poolId === poolId)
  })
  const [a, b] = [mine[draw(mine.length)], mine[draw(mine.length)]]
  if (a === undefined || b === undefined) return
  const { version } = a
  a.version = b.version
  b.version = version
}

function recordsOf(request: Request, client: number): OperationRecord[] {
  const { kind, key, about, lines, row, capacity } = request
  if (kind === 'expire') return []
  const wanted = {
    ...(kind === 'cancel' || kind === 'capacity' ? {} : { lines }),
    ...(kind === 'capacity' ? { capacity, poolId: lines[0]?.poolId ?? '' } : {}),
    ...(kind === 'reserve' || kind === 'hold' ? { customer: `customer of ${key}` } : {}),
    ...(about === undefined ? {} : { reservationId: about.row?.reservationId ?? 'no such' }),
  }
  return request.attempts.map(({ calledNs, returnedNs, outcome }): OperationRecord => {
    const sent = { type: 'operation', client, kind, key, calledNs, returnedNs, ...wanted } as const
    if (outcome !== 'answered') return { ...sent, outcome }
    if (request.verdict === 'ok') {
      return { ...sent, outcome: 'ok', ...(row ? { reservationId: row.reservationId } : {}) }
    }
    const code = request.short ? 'insufficient_capacity' : 'not_found'
    return { ...sent, outcome: 'refused', code }
  })
}

function eventsOf(requests: readonly Request[], { writes }: Played): Event[] {
  const cancels = new Map<Request, Request[]>()
  for (const request of requests) {
    const { kind, about } = request
    if (kind === 'cancel' && about) cancels.set(about, [...(cancels.get(about) ?? []), request])
  }
  const done = writes.map(({ by, movements }): Event => {
    // Of two who cancel nobody can say who did it, only that it was done when one was told so.
    const twins = (by.kind === 'cancel' && by.about && cancels.get(by.about)) || [by]
    return {
      kind: 'write',
      callNs: Math.min(...twins.map((one) => one.callNs)),
      returnNs: Math.min(...twins.map((one) => one.returnNs)),
      moves: movements,
    }
  })
  const denied = requests.flatMap((request): Event[] => {
    const { callNs, returnNs, short } = request
    if (!short || returnNs === Number.POSITIVE_INFINITY) return []
    const wants = new Map([...movesOf(request)].filter(([, delta]) => delta > 0))
    return [{ kind: 'denial', callNs, returnNs, wants }]
  })
  return [...done, ...denied]
}
