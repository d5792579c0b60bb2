/**
 * The black-box checker. It reads only requests and answers, and shares nothing with the exact
 * one: what the two agree on is not a mistake that both inherited.
 *
 * It gives the system the benefit of every doubt: it misses some anomalies and raises no false alarm.
 * A pool is oversold if at some moment more is *surely* booked than it can have; a refusal is
 * unjustified if even all that *may* have been booked meanwhile left enough.
 */
import type { History, OperationRecord } from '../history/history.js'
import { Findings } from './findings.js'

/** How far the two clocks may have drifted apart since they were read, and read apart. */
const CLOCK_SLACK_NS = 250e6
const NEVER = Number.POSITIVE_INFINITY
const ALWAYS = Number.NEGATIVE_INFINITY

export interface BlackBoxFindings {
  readonly findings: Findings
  readonly oversoldUnits: number
}

/** One request, in all its attempts. */
interface Request {
  readonly first: OperationRecord
  readonly calledNs: number
  /** When the client got a yes; `NEVER` if it got none. */
  readonly grantedNs: number
  /** When it got a no. */
  readonly deniedNs: number
  /** There was no definite answer, or it was yes. */
  readonly possible: boolean
  readonly answer: OperationRecord
}

/** When units are taken, for sure or possibly. */
interface Claim {
  readonly poolId: string
  readonly quantity: number
  readonly fromNs: number
  readonly toNs: number
  readonly records: readonly OperationRecord[]
}

interface Pool {
  readonly name: string
  readonly most: number
  readonly least: number
  readonly sure: Claim[]
  readonly possible: Claim[]
}

export function checkAnswers(history: History): BlackBoxFindings {
  const findings = new Findings('black-box')
  const requests = requestsOf(history.operations)
  const pools = poolsOf(history, requests)
  const about = new Map<string, Request[]>()
  for (const request of requests) {
    const id = request.answer.reservationId
    if (id === undefined || isCreation(request.first)) continue
    const those = about.get(id)
    if (those === undefined) about.set(id, [request])
    else those.push(request)
  }
  const endOf = clockOf(history)
  for (const request of requests) {
    if (!request.possible || !isCreation(request.first)) continue
    const id = request.answer.reservationId
    claim(pools, request, id === undefined ? [] : (about.get(id) ?? []), endOf)
  }
  let oversoldUnits = 0
  for (const [poolId, pool] of pools)
    oversoldUnits += reportOversold(findings, history, poolId, pool)
  reportUnjustified(findings, history, requests, pools)
  return { findings, oversoldUnits }
}

function isCreation({ kind }: OperationRecord): boolean {
  return kind === 'reserve' || kind === 'hold'
}

function requestsOf(operations: readonly OperationRecord[]): Request[] {
  const first = new Map<string, OperationRecord>()
  const repeated = new Map<OperationRecord, OperationRecord[]>()
  for (const operation of operations) {
    const { kind, key } = operation
    const earlier = first.get(key)
    if (earlier === undefined) first.set(key, operation)
    else {
      // A key that came with another kind of request is another request.
      const same = earlier.kind === kind ? earlier : (first.get(`${kind}/${key}`) ?? operation)
      if (same === operation) first.set(`${kind}/${key}`, operation)
      else repeated.set(same, [...(repeated.get(same) ?? []), operation])
    }
  }
  const requests: Request[] = []
  for (const operation of first.values()) {
    requests.push(requestOf(operation, [operation, ...(repeated.get(operation) ?? [])]))
  }
  return requests
}

function requestOf(first: OperationRecord, attempts: readonly OperationRecord[]): Request {
  let calledNs = NEVER
  let grantedNs = NEVER
  let deniedNs = NEVER
  let unknown = false
  let answer = first
  for (const attempt of attempts) {
    const { outcome, code, returnedNs } = attempt
    if (outcome === 'conflict') continue
    calledNs = Math.min(calledNs, attempt.calledNs)
    if (outcome === 'ok') {
      if (returnedNs !== null && returnedNs < grantedNs) {
        grantedNs = returnedNs
        answer = attempt
      }
    } else if (outcome === 'refused' && !code?.startsWith('idempotency_')) {
      if (returnedNs !== null && returnedNs < deniedNs) {
        deniedNs = returnedNs
        if (grantedNs === NEVER) answer = attempt
      }
    } else unknown = true
  }
  // One that was refused under its key stays refused.
  const possible = grantedNs < NEVER || (unknown && deniedNs === NEVER)
  return { first, calledNs, grantedNs, deniedNs, possible, answer }
}

function poolsOf(history: History, requests: readonly Request[]): Map<string, Pool> {
  const capacities = new Map(history.race.pools.map((pool) => [pool.poolId, [pool.capacity]]))
  for (const { first, possible } of requests) {
    if (first.kind !== 'capacity' || !possible || first.capacity === undefined) continue
    capacities.get(first.poolId ?? '')?.push(first.capacity)
  }
  return new Map(
    history.race.pools.map(({ poolId, name, capacity }) => {
      const ever = capacities.get(poolId) ?? [capacity]
      const bounds = { most: Math.max(...ever), least: Math.min(...ever) }
      return [poolId, { name, ...bounds, sure: [], possible: [] }]
    }),
  )
}

/** When a hold's time is up by the clients' clock: at the earliest and at the latest. */
type EndOf = (request: Request) => { readonly earliestNs: number; readonly latestNs: number }

function clockOf({ race: { clocks } }: History): EndOf {
  return ({ answer: { expiresAtMs } }) => {
    if (clocks === undefined || expiresAtMs === undefined) {
      return { earliestNs: ALWAYS, latestNs: NEVER }
    }
    const endNs = clocks.monotonicNs + (expiresAtMs - clocks.databaseMs) * 1e6
    return { earliestNs: endNs - CLOCK_SLACK_NS, latestNs: endNs + CLOCK_SLACK_NS }
  }
}

/** Notes when a reservation was surely booked, and when it may have been. */
function claim(
  pools: ReadonlyMap<string, Pool>,
  creation: Request,
  others: readonly Request[],
  endOf: EndOf,
): void {
  const possible = others.filter((other) => other.possible)
  const ofKind = (...kinds: OperationRecord['kind'][]) =>
    possible.filter((other) => kinds.includes(other.first.kind))
  const ends = ofKind('release', 'cancel')
  const changes = ofKind('change')
  const confirms = ofKind('confirm')
  const firstCall = (requests: readonly Request[]) =>
    requests.reduce((first, request) => Math.min(first, request.calledNs), NEVER)

  const lines = creation.first.lines ?? []
  const put = (
    which: 'sure' | 'possible',
    those: typeof lines,
    claimed: Omit<Claim, 'poolId' | 'quantity'>,
  ) => {
    for (const { poolId, quantity } of those) {
      pools.get(poolId)?.[which].push({ poolId, quantity, ...claimed })
    }
  }

  // What changes may end, or move elsewhere, is not sure from then on.
  const unsureNs = firstCall([...ends, ...changes])
  const hold = creation.first.kind === 'hold'
  // An extension may as well make it end sooner.
  const promises = hold ? [creation, ...ofKind('extend')] : []
  const mayEndNs = promises.reduce((end, each) => Math.min(end, endOf(each).earliestNs), unsureNs)
  const confirmed = confirms.find((confirm) => confirm.grantedNs < NEVER)
  const named = creation.answer.reservationId !== undefined && creation.grantedNs < NEVER
  if (named && creation.grantedNs < mayEndNs) {
    const span = { fromNs: creation.grantedNs, toNs: mayEndNs, records: [creation.answer] }
    put('sure', lines, span)
  }
  const againNs = Math.max(confirmed?.grantedNs ?? NEVER, mayEndNs)
  if (named && hold && confirmed !== undefined && againNs < unsureNs) {
    const records = [creation.answer, confirmed.answer]
    put('sure', lines, { fromNs: againNs, toNs: unsureNs, records })
  }

  // Over for sure: given back, or expired with nobody who may have confirmed or extended it.
  const givenBackNs = Math.min(...ends.map((end) => end.grantedNs), NEVER)
  const kept = confirms.length > 0 || ofKind('extend').length > 0
  const expiredNs = hold && !kept ? endOf(creation).latestNs : NEVER
  const toNs = Math.min(givenBackNs, expiredNs)
  put('possible', lines, { fromNs: creation.calledNs, toNs, records: [creation.answer] })
  for (const change of changes) {
    const records = [change.answer]
    put('possible', change.first.lines ?? [], { fromNs: change.calledNs, toNs, records })
  }
}

/** @returns units beyond the capacity at the worst moment */
function reportOversold(findings: Findings, history: History, poolId: string, pool: Pool): number {
  const moves = pool.sure.flatMap((claimed) => [
    { atNs: claimed.fromNs, delta: claimed.quantity },
    { atNs: claimed.toNs, delta: -claimed.quantity },
  ])
  // At one and the same moment, what may have ended has ended.
  moves.sort((a, b) => a.atNs - b.atNs || a.delta - b.delta)
  let booked = 0
  let worst = 0
  for (const { atNs, delta } of moves) {
    booked += delta
    if (delta < 0 || booked <= pool.most) continue
    worst = Math.max(worst, booked - pool.most)
    const total = booked
    findings.add('double_booking', () => ({
      poolId,
      sentence: `clients were told that ${total} of ${pool.most} were theirs in ${pool.name}, all at one moment`,
      witness: witness(history, fewestAt(pool, atNs)),
    }))
  }
  return worst
}

/** The largest claims at that moment, as few as are more than there is. */
function fewestAt(pool: Pool, atNs: number): OperationRecord[] {
  const there = pool.sure.filter(({ fromNs, toNs }) => fromNs <= atNs && atNs < toNs)
  there.sort((a, b) => b.quantity - a.quantity)
  const records: OperationRecord[] = []
  let booked = 0
  for (const claimed of there) {
    if (booked > pool.most) break
    booked += claimed.quantity
    records.push(...claimed.records)
  }
  return records
}

function reportUnjustified(
  findings: Findings,
  history: History,
  requests: readonly Request[],
  pools: ReadonlyMap<string, Pool>,
): void {
  const begun = new Map<string, Sums>()
  const over = new Map<string, Sums>()
  for (const [poolId, { possible }] of pools) {
    begun.set(poolId, sumsOf(possible.map(({ fromNs, quantity }) => [fromNs, quantity])))
    over.set(poolId, sumsOf(possible.map(({ toNs, quantity }) => [toNs, quantity])))
  }
  for (const request of requests) {
    const { first, answer, calledNs, deniedNs, grantedNs } = request
    const wanting = answer.code === 'insufficient_capacity' && isCreation(first)
    if (!wanting || deniedNs === NEVER || grantedNs < NEVER) continue
    const lines = perPool(first)
    const enough = [...lines].map(([poolId, quantity]) => {
      const pool = pools.get(poolId)
      const booked =
        (begun.get(poolId)?.upTo(deniedNs) ?? 0) - (over.get(poolId)?.before(calledNs) ?? 0)
      return { name: pool?.name, quantity, booked, least: pool?.least ?? ALWAYS }
    })
    if (enough.length === 0 || enough.some((each) => each.booked + each.quantity > each.least)) {
      continue
    }
    findings.add('unjustified_refusal', () => ({
      ...(lines.size === 1 ? { poolId: [...lines.keys()].join() } : {}),
      sentence: `client ${first.client} was refused ${enough
        .map(({ name, quantity, booked, least }) => {
          return `${quantity} of ${name}, where at most ${booked} of ${least} can have been taken`
        })
        .join(' and ')}`,
      witness: witness(history, [answer]),
    }))
  }
}

function perPool({ lines = [] }: OperationRecord): Map<string, number> {
  const units = new Map<string, number>()
  for (const { poolId, quantity } of lines) units.set(poolId, (units.get(poolId) ?? 0) + quantity)
  return units
}

interface Sums {
  upTo(ns: number): number
  before(ns: number): number
}

function sumsOf(entries: (readonly [number, number])[]): Sums {
  const sorted = entries.sort((a, b) => a[0] - b[0])
  const sums = new Float64Array(sorted.length + 1)
  sorted.forEach(([, quantity], i) => {
    sums[i + 1] = (sums[i] ?? 0) + quantity
  })
  const until = (beyond: (ns: number) => boolean) => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (beyond(sorted[middle]?.[0] ?? NEVER)) high = middle
      else low = middle + 1
    }
    return sums[low] ?? 0
  }
  return {
    upTo: (ns) => until((each) => each > ns),
    before: (ns) => until((each) => each >= ns),
  }
}

function witness({ race }: History, records: Iterable<OperationRecord>): History {
  const operations = [...new Set(records)].sort((a, b) => a.calledNs - b.calledNs)
  return { race, operations, movements: [], reservations: [], pools: [], mails: [] }
}
