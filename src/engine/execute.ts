/**
 * Runs commands in a transaction that somebody else began and will end: look, plan, take, settle,
 * write. One command or many, the way is the same; only the strategy decides how many may share it.
 */
import type { Command } from '../domain/command.js'
import { isBirth } from '../domain/command.js'
import { type Outcome, refused } from '../domain/outcome.js'
import { type Intent, type Plan, plan } from '../domain/plan.js'
import type { CustomerUsage, ListingPolicy, Reservation } from '../domain/reservation.js'
import { type Change, settle } from '../domain/settle.js'
import type { Verdict } from '../domain/verdict.js'
import { type PinnedAnswer, readAnswers, sendAnswers } from '../storage/answers.js'
import type { Tx } from '../storage/database.js'
import { sendEntries } from '../storage/journal.js'
import { readPolicy } from '../storage/listings.js'
import {
  lockReservations,
  lockUsage,
  readReclaimable,
  sendChanges,
} from '../storage/reservations.js'
import type { Strategy } from '../strategies/strategy.js'

/** A command with the key that makes its retry safe. */
export interface KeyedCommand {
  readonly command: Command
  readonly pin: { readonly key: string; readonly requestHash: Buffer } | undefined
}

export type Result =
  | { readonly kind: 'answer'; readonly outcome: Outcome; readonly replayed: boolean }
  /** Nothing was written: overdue holds keep the units that are missing on these pools. */
  | { readonly kind: 'reclaim'; readonly poolIds: readonly string[] }

/**
 * @param commands of one listing; no two may name the same reservation or the same key
 * @returns a result per command and whether there is anything to commit; or undefined for a
 * conflict: roll back and run it again
 * @throws LimitedCustomerTwice when two commands are of one customer whom the listing limits
 */
export async function execute(
  tx: Tx,
  strategy: Strategy,
  listingId: string,
  commands: readonly KeyedCommand[],
): Promise<{ results: Result[]; wrote: boolean } | undefined> {
  const seen = await look(tx, listingId, commands)
  const plans = commands.map((keyed) => replay(keyed, seen) ?? planned(keyed.command, seen))

  const intents = plans.filter((each): each is Intent => each.kind === 'intent')
  const moving = intents.filter((intent) => intent.demand.lines.length > 0)
  const verdicts =
    moving.length === 0
      ? []
      : await strategy.take(
          tx,
          listingId,
          moving.map((intent) => intent.demand),
        )
  if (verdicts.some((verdict) => verdict.kind === 'conflict')) return undefined
  const verdictOf = new Map(moving.map((intent, i) => [intent, verdicts[i]]))

  const reclaimable = await shortages(tx, listingId, verdicts)
  if (reclaimable === undefined) return undefined

  const changes: Change[] = []
  const pins: PinnedAnswer[] = []
  const results = plans.map((each, i): Result => {
    if (each.kind === 'replayed') return { kind: 'answer', outcome: each.outcome, replayed: true }
    let outcome: Outcome
    if (each.kind === 'answered') outcome = each.outcome
    else {
      const verdict = verdictOf.get(each) ?? NOTHING_MOVED
      if (verdict.kind === 'conflict') throw new Error('a conflict ends the transaction')
      const poolIds = verdict.kind === 'short' ? reclaimable(verdict) : undefined
      if (poolIds !== undefined) return { kind: 'reclaim', poolIds }
      const settled = settle(each, verdict)
      if (settled.change !== undefined) changes.push(settled.change)
      outcome = settled.outcome
    }
    const pin = commands[i]?.pin
    if (pin !== undefined && isPinned(outcome)) pins.push({ ...pin, outcome })
    return { kind: 'answer', outcome, replayed: false }
  })
  sendChanges(tx, listingId, changes)
  sendEntries(tx, listingId, changes)
  sendAnswers(tx, listingId, pins)
  return { results, wrote: changes.length > 0 || pins.length > 0 }
}

/** What a customer has is read once for a transaction, so only one command may use it up. */
export class LimitedCustomerTwice extends Error {}

const NOTHING_MOVED: Verdict = { kind: 'taken', lines: [] }

interface Seen {
  readonly policy: (ListingPolicy & { readonly nowMs: number }) | undefined
  readonly reservations: ReadonlyMap<string, Reservation>
  readonly usage: ReadonlyMap<string, CustomerUsage>
  readonly answers: ReadonlyMap<string, PinnedAnswer>
}

/** Reads and locks what the commands are about. The clock is read after the locks are held. */
async function look(tx: Tx, listingId: string, commands: readonly KeyedCommand[]): Promise<Seen> {
  const keys = commands.flatMap(({ pin }) => (pin === undefined ? [] : [pin.key]))
  const named = commands.flatMap(({ command }) => (isBirth(command) ? [] : [command.reservationId]))
  const [answers, reservations, policy] = await Promise.all([
    keys.length === 0 ? [] : readAnswers(tx, listingId, keys),
    named.length === 0 ? [] : lockReservations(tx, listingId, named),
    readPolicy(tx, listingId),
  ])
  const byId = new Map(reservations.map((each) => [each.reservationId, each]))
  return {
    policy,
    reservations: byId,
    answers: new Map(answers.map((answer) => [answer.key, answer])),
    usage: await limitedUsage(tx, listingId, policy, commands, byId),
  }
}

async function limitedUsage(
  tx: Tx,
  listingId: string,
  policy: ListingPolicy | undefined,
  commands: readonly KeyedCommand[],
  reservations: ReadonlyMap<string, Reservation>,
): Promise<ReadonlyMap<string, CustomerUsage>> {
  const limited = policy?.customerUnitsMax != null || policy?.customerHoldsMax != null
  if (!limited) return new Map()
  const customers = new Set<string>()
  for (const { command } of commands) {
    const takes = isBirth(command) || command.kind === 'change' || command.kind === 'confirm'
    if (!takes) continue
    const customer = isBirth(command)
      ? command.customer
      : reservations.get(command.reservationId)?.customer
    if (customer === undefined) continue
    if (customers.has(customer)) throw new LimitedCustomerTwice()
    customers.add(customer)
  }
  if (customers.size === 0) return new Map()
  const usage = await lockUsage(tx, listingId, [...customers])
  return new Map([...customers].map((each) => [each, usage.get(each) ?? { units: 0, holds: 0 }]))
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

function planned(command: Command, { policy, reservations, usage }: Seen): Plan {
  if (policy === undefined) {
    const poolIds = isBirth(command) ? command.lines.map((line) => line.poolId) : []
    const code = isBirth(command) ? ({ code: 'unknown_pool', poolIds } as const) : NOT_FOUND
    return { kind: 'answered', outcome: refused(code) }
  }
  const reservation = reservations.get(command.reservationId)
  const customer = isBirth(command) ? command.customer : reservation?.customer
  return plan(command, {
    nowMs: policy.nowMs,
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

/**
 * A pool is only short if it is so without its overdue holds. Left and overdue units are read in
 * one snapshot: what is then refused was really not to be had at that moment.
 *
 * @returns which pools to reclaim for a short verdict, undefined to refuse it; or undefined instead
 * of that function when units have come back since the verdict and it has to be asked for again
 */
async function shortages(
  tx: Tx,
  listingId: string,
  verdicts: readonly Verdict[],
): Promise<
  ((short: Extract<Verdict, { kind: 'short' }>) => readonly string[] | undefined) | undefined
> {
  const short = verdicts.filter((verdict) => verdict.kind === 'short')
  if (short.length === 0) return () => undefined
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
  return (verdict) =>
    verdict.lines.some((line) => missing(line, true))
      ? undefined
      : verdict.lines.filter((line) => missing(line, false)).map((line) => line.poolId)
}
