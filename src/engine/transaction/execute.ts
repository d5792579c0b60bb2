/**
 * Runs commands in a transaction that somebody else began and will end: look, plan, take, settle,
 * write. One command or many, the way is the same; only the strategy decides how many may share it.
 */
import type { Command } from '../../domain/reservation/command.js'
import { isCreation, rangesOf } from '../../domain/reservation/command.js'
import type { Demand } from '../../domain/reservation/demand.js'
import { type Outcome, refused } from '../../domain/reservation/outcome.js'
import { demandOf, type Plan, type PlannedChange, plan } from '../../domain/reservation/plan.js'
import type {
  CustomerUsage,
  ListingPolicy,
  Reservation,
} from '../../domain/reservation/reservation.js'
import { type ChangeSet, settle } from '../../domain/reservation/settle.js'
import type { Verdict } from '../../domain/reservation/verdict.js'
import type { Tx } from '../../storage/driver/database.js'
import { type PinnedAnswer, readAnswers, sendAnswers } from '../../storage/tables/answers.js'
import { sendEntries } from '../../storage/tables/journal.js'
import { readPolicy } from '../../storage/tables/listings.js'
import {
  lockReservations,
  lockUsage,
  type Reclaimable,
  readReclaimable,
  sendChanges,
} from '../../storage/tables/reservations.js'
import type { Strategy } from '../../strategies/strategy.js'
import { openRanges } from '../lines/ranges.js'
import { slotTeller } from '../lines/slot-refusals.js'

/** A command with the key that makes its retry safe. */
export interface KeyedCommand {
  readonly command: Command
  readonly pin: { readonly key: string; readonly requestHash: Buffer } | undefined
}

export type ExecutedCommand =
  | { readonly kind: 'answer'; readonly outcome: Outcome; readonly replayed: boolean }
  | Reclaim

/** Nothing was written: overdue holds keep the units that are missing on these pools. */
interface Reclaim {
  readonly kind: 'reclaim'
  readonly poolIds: readonly string[]
}

/** One attempt: what to commit, or why there is nothing. */
export type Execution =
  | { readonly kind: 'executed'; readonly results: ExecutedCommand[]; readonly wrote: boolean }
  /** Somebody else was faster: roll back and run it again. */
  | { readonly kind: 'conflict' }
  /** The listing's rules had to be known first: roll back and run it again, not taking ahead. */
  | { readonly kind: 'taken_too_early'; readonly limited: boolean }

/**
 * A birth takes what it asks for unless the listing's rules forbid it, and they seldom do. So a lone
 * one sends its take along with the question whether it may, and rolls back in the rare case: a
 * round trip less, which a hot pool's lock would have waited for.
 */
export function canTakeAhead(strategy: Strategy, commands: readonly KeyedCommand[]): boolean {
  const [only] = commands
  if (only === undefined || commands.length > 1 || strategy.isolation === 'none') return false
  const { command } = only
  // A range has no pool to take from yet, and what is refused takes nothing.
  return isCreation(command) && command.lines.length > 0 && rangesOf(command).length === 0
}

/**
 * @param commands of one listing; no two may name the same reservation or the same key
 * @param ahead take before the listing's rules are known; see `canTakeAhead`
 * @throws LimitedCustomerTwice when two commands are of one customer whom the listing limits
 */
export async function execute(
  tx: Tx,
  strategy: Strategy,
  listingId: string,
  commands: readonly KeyedCommand[],
  ahead: boolean,
): Promise<Execution> {
  const looking = look(tx, listingId, commands)
  const [seen, takenAhead] = await Promise.all([
    looking,
    ahead ? strategy.take(tx, listingId, commands.flatMap(creationDemand)) : undefined,
  ])
  const limited = isLimited(seen.policy)
  if (ahead && limited) return { kind: 'taken_too_early', limited }
  const usage = limited ? await readUsage(tx, listingId, commands, seen.reservations) : NO_USAGE
  const replays = commands.map((keyed) => replay(keyed, seen))
  const fresh = commands.flatMap(({ command }, i) => (replays[i] === undefined ? [command] : []))
  const ranges = await openRanges(tx, listingId, fresh, seen)
  if (ranges === undefined) return { kind: 'conflict' }
  const plans = commands.map(({ command }, i): Replayed | Reclaim | Plan => {
    const poolIds = ranges.reclaimOf(command)
    if (poolIds !== undefined) return { kind: 'reclaim', poolIds }
    return replays[i] ?? planned(ranges.meant(command), seen, usage)
  })

  const intents = plans.filter((each): each is PlannedChange => each.kind === 'change')
  if (ahead && intents.length === 0) return { kind: 'taken_too_early', limited }
  const moving = intents.filter((intent) => intent.demand.lines.length > 0)
  const verdicts =
    takenAhead ??
    (moving.length === 0
      ? []
      : await strategy.take(
          tx,
          listingId,
          moving.map((intent) => intent.demand),
        ))
  if (verdicts.some((verdict) => verdict.kind === 'conflict')) return { kind: 'conflict' }
  const verdictOf = new Map(moving.map((intent, i) => [intent, verdicts[i]]))

  const shortage = await shortages(tx, listingId, verdicts)
  if (shortage === undefined) return { kind: 'conflict' }
  const inWordsForSlots = await slotTeller(tx, listingId, shortage.pools)

  const changes: ChangeSet[] = []
  const pins: PinnedAnswer[] = []
  const results = plans.map((each, i): ExecutedCommand => {
    if (each.kind === 'reclaim') return each
    if (each.kind === 'replayed') return { kind: 'answer', outcome: each.outcome, replayed: true }
    let outcome: Outcome
    if (each.kind === 'answered') outcome = each.outcome
    else {
      const verdict = verdictOf.get(each) ?? NOTHING_MOVED
      if (verdict.kind === 'conflict') throw new Error('a conflict ends the transaction')
      const poolIds = verdict.kind === 'short' ? shortage.reclaimable(verdict) : undefined
      if (poolIds !== undefined) return { kind: 'reclaim', poolIds }
      const settled = settle(each, verdict)
      if (settled.changeSet !== undefined) changes.push(settled.changeSet)
      outcome = inWordsForSlots(settled.outcome)
    }
    const pin = commands[i]?.pin
    if (pin !== undefined && isPinned(outcome)) pins.push({ ...pin, outcome })
    return { kind: 'answer', outcome, replayed: false }
  })
  sendChanges(tx, listingId, changes)
  sendEntries(tx, listingId, changes)
  sendAnswers(tx, listingId, pins)
  await ranges.closeAfter()
  return { kind: 'executed', results, wrote: changes.length > 0 || pins.length > 0 }
}

/** What a customer has is read once for a transaction, so only one command may use it up. */
export class LimitedCustomerTwice extends Error {}

const NOTHING_MOVED: Verdict = { kind: 'taken', lines: [] }

interface Seen {
  readonly policy: ListingPolicy | undefined
  readonly nowMs: number
  readonly reservations: ReadonlyMap<string, Reservation>
  readonly answers: ReadonlyMap<string, PinnedAnswer>
}

type Usage = ReadonlyMap<string, CustomerUsage>

const NO_USAGE: Usage = new Map()

/** Reads and locks what the commands are about. The clock is read after the locks are held. */
async function look(tx: Tx, listingId: string, commands: readonly KeyedCommand[]): Promise<Seen> {
  const keys = commands.flatMap(({ pin }) => (pin === undefined ? [] : [pin.key]))
  const named = commands.flatMap(({ command }) =>
    isCreation(command) ? [] : [command.reservationId],
  )
  const [answers, reservations, policy] = await Promise.all([
    keys.length === 0 ? [] : readAnswers(tx, listingId, keys),
    named.length === 0 ? [] : lockReservations(tx, listingId, named),
    readPolicy(tx, listingId),
  ])
  const byId = new Map(reservations.map((each) => [each.reservationId, each]))
  return {
    policy,
    nowMs: policy?.nowMs ?? 0,
    reservations: byId,
    answers: new Map(answers.map((answer) => [answer.key, answer])),
  }
}

function isLimited(policy: ListingPolicy | undefined): boolean {
  return policy?.customerUnitsMax != null || policy?.customerHoldsMax != null
}

/** What the commands' customers have in a listing that limits them, locked until the transaction ends. */
async function readUsage(
  tx: Tx,
  listingId: string,
  commands: readonly KeyedCommand[],
  reservations: ReadonlyMap<string, Reservation>,
): Promise<Usage> {
  const customers = new Set<string>()
  for (const { command } of commands) {
    const takes = isCreation(command) || command.kind === 'change' || command.kind === 'confirm'
    if (!takes) continue
    const customer = isCreation(command)
      ? command.customer
      : reservations.get(command.reservationId)?.customer
    if (customer === undefined) continue
    if (customers.has(customer)) throw new LimitedCustomerTwice()
    customers.add(customer)
  }
  if (customers.size === 0) return NO_USAGE
  const usage = await lockUsage(tx, listingId, [...customers])
  return new Map([...customers].map((each) => [each, usage.get(each) ?? { units: 0, holds: 0 }]))
}

function creationDemand({ command }: KeyedCommand): Demand[] {
  return isCreation(command) ? [demandOf(command)] : []
}

interface Replayed {
  readonly kind: 'replayed'
  readonly outcome: Outcome
}

function replay({ pin }: KeyedCommand, { answers }: Seen): Replayed | Plan | undefined {
  const answer = pin && answers.get(pin.key)
  if (pin === undefined || answer === undefined) return undefined
  return pin.requestHash.equals(answer.requestHash)
    ? { kind: 'replayed', outcome: answer.outcome }
    : { kind: 'answered', outcome: refused({ code: 'idempotency_key_reused' }) }
}

function planned(command: Command, { policy, nowMs, reservations }: Seen, usage: Usage): Plan {
  if (policy === undefined) {
    const poolIds = isCreation(command) ? command.lines.map((line) => line.poolId) : []
    const code = isCreation(command) ? ({ code: 'unknown_pool', poolIds } as const) : NOT_FOUND
    return { kind: 'answered', outcome: refused(code) }
  }
  const reservation = reservations.get(command.reservationId)
  const customer = isCreation(command) ? command.customer : reservation?.customer
  return plan(command, {
    nowMs,
    policy,
    reservation,
    usage: customer === undefined ? undefined : usage.get(customer),
  })
}

const NOT_FOUND = { code: 'not_found' } as const

/** What is said of the key itself is not said under the key. */
function isPinned(outcome: Outcome): boolean {
  return outcome.kind === 'done' || outcome.refusal.code !== 'idempotency_key_reused'
}

interface Shortages {
  /** What was found short. */
  readonly pools: ReadonlyMap<string, Reclaimable>
  /** Which pools to reclaim for a short verdict; undefined to refuse it. */
  reclaimable(short: Extract<Verdict, { kind: 'short' }>): readonly string[] | undefined
}

/**
 * A pool is only short if it is so without its overdue holds. Left and overdue units are read in
 * one snapshot: what is then refused was really not to be had at that moment.
 *
 * @returns undefined when units have come back since the verdict and it has to be asked for again
 */
async function shortages(
  tx: Tx,
  listingId: string,
  verdicts: readonly Verdict[],
): Promise<Shortages | undefined> {
  const short = verdicts.filter((verdict) => verdict.kind === 'short')
  if (short.length === 0) return { pools: new Map(), reclaimable: () => undefined }
  const poolIds = [...new Set(short.flatMap((verdict) => verdict.lines.map((line) => line.poolId)))]
  const rows = await readReclaimable(tx, listingId, poolIds.sort())
  const pools = new Map(rows.map((row) => [row.poolId, row]))
  const missing = (line: { poolId: string; quantity: number }, withOverdue: boolean) => {
    const pool = pools.get(line.poolId)
    const free = (pool?.left ?? 0) + (withOverdue ? (pool?.overdue ?? 0) : 0)
    return line.quantity > free
  }
  for (const verdict of short) {
    if (!verdict.lines.some((line) => missing(line, false))) return undefined
  }
  return {
    pools,
    reclaimable: (verdict) =>
      verdict.lines.some((line) => missing(line, true))
        ? undefined
        : verdict.lines.filter((line) => missing(line, false)).map((line) => line.poolId),
  }
}
