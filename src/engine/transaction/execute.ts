/**
 * Runs commands in a transaction that somebody else began and will end: look, plan, take, settle,
 * write. One command or many, the way is the same; only the strategy decides how many may share it.
 */
import { type Command, isCreation, rangesOf } from '../../domain/reservation/command.js'
import type { Demand } from '../../domain/reservation/demand.js'
import type { Details } from '../../domain/reservation/details.js'
import { type Outcome, refused } from '../../domain/reservation/outcome.js'
import { paymentOf } from '../../domain/reservation/payments.js'
import { demandOf, type Plan, type PlannedChange, plan } from '../../domain/reservation/plan.js'
import { type ChangeSet, settle } from '../../domain/reservation/settle.js'
import type { Verdict } from '../../domain/reservation/verdict.js'
import type { Tx } from '../../storage/driver/database.js'
import { EVERY_CALLER, type PinnedAnswer, sendAnswers } from '../../storage/tables/answers.js'
import {
  readDetails,
  sendDetails,
  type WrittenDetails,
} from '../../storage/tables/customers/details.js'
import { sendEntries } from '../../storage/tables/journal.js'
import { sendRefunds } from '../../storage/tables/refunds.js'
import { sendChanges } from '../../storage/tables/reservations.js'
import type { Strategy } from '../../strategies/strategy.js'
import { openRanges } from '../lines/ranges.js'
import { slotTeller } from '../lines/slot-refusals.js'
import type { PlaceLookup, Places } from '../reads/places.js'
import { archivedPools, refuseArchived } from './archived.js'
import { isLimited, look, NO_USAGE, readUsage, type Seen, type Usage } from './circumstances.js'
import { type KeyedCommand, pinMark } from './keyed-command.js'
import { type Decided, refusalNotes } from './payments.js'
import { readShortages, type Shortages } from './shortages.js'

/** What one command came to. */
export type ExecutedCommand = AnsweredCommand | Reclaim

export interface AnsweredCommand {
  readonly kind: 'answer'
  readonly outcome: Outcome
  /** True when the answer was given before, under the same key. */
  readonly replayed: boolean
  /** Which of the outcome's pools are nights or slots. */
  readonly places: Places
  /** Of the outcome's reservation, as they are stored; undefined for none. */
  readonly details?: Details
}

/** Nothing was written: overdue holds keep the units that are missing on these pools. */
export interface Reclaim {
  readonly kind: 'reclaim'
  readonly poolIds: readonly string[]
}

/** One attempt: what to commit, or why there is nothing. */
export type Execution =
  | {
      readonly kind: 'executed'
      readonly results: readonly ExecutedCommand[]
      readonly changeSets: readonly ChangeSet[]
      /** False: there is nothing to commit. */
      readonly wrote: boolean
    }
  /** Somebody else was faster: roll back and run it again. */
  | { readonly kind: 'conflict' }
  /** The listing's rules had to be known first: roll back and run it again, not taking ahead. */
  | { readonly kind: 'taken_too_early'; readonly limited: boolean }

/** What commands are executed with. */
export interface ExecuteOptions {
  readonly strategy: Strategy
  readonly places: PlaceLookup
  /** Take before the listing's rules are known; see `canTakeAhead`. Default false. */
  readonly ahead?: boolean
}

/**
 * A creation takes what it asks for unless the listing's rules forbid it, and they seldom do. So a
 * lone one sends its take along with the question whether it may, and rolls back in the rare case: a
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
 * @throws LimitedCustomerTwice when two commands are of one customer whom the listing limits
 */
export async function execute(
  tx: Tx,
  listingId: string,
  commands: readonly KeyedCommand[],
  { strategy, places, ahead = false }: ExecuteOptions,
): Promise<Execution> {
  const [seen, takenAhead] = await Promise.all([
    look(tx, listingId, commands),
    ahead ? strategy.take(tx, listingId, commands.flatMap(creationDemand)) : undefined,
    // Asked for with the rest, so that the answer costs no round trip of its own.
    places.of(tx, listingId, commands.flatMap(poolsNamed)),
  ])
  if (seen === undefined) return { kind: 'conflict' }
  const limited = isLimited(seen.policy)
  if (ahead && limited) return { kind: 'taken_too_early', limited }
  const planned = await planAll(tx, listingId, commands, seen)
  if (planned === undefined) return { kind: 'conflict' }
  const { plans, closeRanges } = planned

  const changes = plans.filter((each): each is PlannedChange => each.kind === 'change')
  if (ahead && changes.length === 0) return { kind: 'taken_too_early', limited }
  const moving = changes.filter((change) => change.demand.lines.length > 0)
  const demands = moving.map((change) => change.demand)
  const verdicts =
    takenAhead ?? (demands.length === 0 ? [] : await strategy.take(tx, listingId, demands))
  if (verdicts.some((verdict) => verdict.kind === 'conflict')) return { kind: 'conflict' }
  const shortages = await readShortages(tx, listingId, verdicts)
  if (shortages === undefined) return { kind: 'conflict' }

  const settled = settleAll(commands, plans, {
    verdictOf: new Map(moving.map((change, i) => [change, verdicts[i]])),
    shortages,
    inWordsForSlots: await slotTeller(tx, listingId, shortages.pools),
  })
  const decided = await notingRefused(tx, listingId, commands, settled, seen)
  const { changeSets, pins } = writesOf(commands, decided)
  const details = await detailsOf(tx, listingId, { plans, decided, seen })
  const results = await withPlaces(tx, listingId, { decided, details }, places)
  sendChanges(tx, listingId, changeSets)
  sendDetails(tx, listingId, detailsWritten(plans, decided))
  sendRefunds(
    tx,
    listingId,
    changeSets.flatMap((changeSet) => changeSet.refunds),
  )
  sendEntries(tx, listingId, changeSets, seen.policy?.listened)
  sendAnswers(tx, listingId, pins)
  await closeRanges()
  return { kind: 'executed', results, changeSets, wrote: changeSets.length > 0 || pins.length > 0 }
}

type PlannedCommand = Replayed | Reclaim | Plan

interface Replayed {
  readonly kind: 'replayed'
  readonly outcome: Outcome
}

/** @returns undefined for a conflict */
async function planAll(
  tx: Tx,
  listingId: string,
  commands: readonly KeyedCommand[],
  seen: Seen,
): Promise<{ plans: PlannedCommand[]; closeRanges: () => Promise<void> } | undefined> {
  const usage = isLimited(seen.policy)
    ? await readUsage(tx, listingId, commands, seen.reservations)
    : NO_USAGE
  const replays = commands.map((keyed) => replay(keyed, seen))
  const fresh = commands.flatMap(({ command }, i) => (replays[i] === undefined ? [command] : []))
  const ranges = await openRanges(tx, listingId, fresh, seen)
  if (ranges === undefined) return undefined
  const withPools = commands.map(({ command }) => ranges.withPools(command))
  const isArchived = await archivedPools(tx, listingId, withPools, seen)
  const plans = commands.map(({ command }, i): PlannedCommand => {
    const poolIds = ranges.reclaimOf(command)
    if (poolIds !== undefined) return { kind: 'reclaim', poolIds }
    return replays[i] ?? refuseArchived(planOne(withPools[i] ?? command, seen, usage), isArchived)
  })
  return { plans, closeRanges: ranges.closeAfter }
}

interface Settling {
  readonly verdictOf: ReadonlyMap<PlannedChange, Verdict | undefined>
  readonly shortages: Shortages
  inWordsForSlots(outcome: Outcome): Outcome
}

/** An answer with what has to be written for it. */
type SettledCommand = (Omit<AnsweredCommand, 'places'> & Pick<Decided, 'changeSets'>) | Reclaim

/** Turns plans and verdicts into answers. */
function settleAll(
  commands: readonly KeyedCommand[],
  plans: readonly PlannedCommand[],
  { verdictOf, shortages, inWordsForSlots }: Settling,
): SettledCommand[] {
  const answer = (outcome: Outcome, changeSets: readonly ChangeSet[], replayed = false) =>
    ({ kind: 'answer', outcome, changeSets, replayed }) as const
  return plans.map((each, i): SettledCommand => {
    const keyed = commands[i]
    if (keyed === undefined) throw new Error('a plan has a command')
    if (each.kind === 'reclaim') return each
    if (each.kind === 'replayed') return answer(each.outcome, [], true)
    if (each.kind === 'answered') return answer(each.outcome, [])
    const verdict = verdictOf.get(each) ?? NOTHING_MOVED
    if (verdict.kind === 'conflict') throw new Error('a conflict ends the transaction')
    const poolIds = verdict.kind === 'short' ? shortages.reclaimable(verdict) : undefined
    if (poolIds !== undefined && keyed.mayReclaim !== false) return { kind: 'reclaim', poolIds }
    const { outcome, changeSets } = settle(each, verdict, keyed.by)
    return answer(inWordsForSlots(outcome), changeSets)
  })
}

/** A payment that came with a refused command is noted, so that its money is not lost sight of. */
async function notingRefused(
  tx: Tx,
  listingId: string,
  commands: readonly KeyedCommand[],
  settled: readonly SettledCommand[],
  { reservations, payments, nowMs }: Seen,
): Promise<readonly SettledCommand[]> {
  const refused = commands.map(({ command, by }, i) => {
    const each = settled[i]
    const paymentRef = paymentOf(command)
    const before = reservations.get(command.reservationId)
    if (paymentRef === undefined || before === undefined || each?.kind !== 'answer')
      return undefined
    const { outcome, replayed } = each
    if (replayed || outcome.kind === 'done') return undefined
    return { outcome, before, paymentRef, refunds: payments(command).refunds, by }
  })
  const some = refused.filter((each) => each !== undefined)
  if (some.length === 0) return settled
  const note = await refusalNotes(tx, listingId, some, nowMs)
  return settled.map((each, i) => {
    const one = refused[i]
    return one === undefined ? each : { ...each, ...note(one) }
  })
}

/** Everything that is written for some commands. */
function writesOf(
  commands: readonly KeyedCommand[],
  decided: readonly SettledCommand[],
): { readonly changeSets: readonly ChangeSet[]; readonly pins: readonly PinnedAnswer[] } {
  const changeSets: ChangeSet[] = []
  const pins: PinnedAnswer[] = []
  decided.forEach((each, i) => {
    if (each.kind === 'reclaim') return
    changeSets.push(...each.changeSets)
    const { outcome, replayed } = each
    const pin = commands[i]?.pin
    if (pin !== undefined && !replayed && isPinned(outcome)) pins.push({ ...pin, outcome })
  })
  return { changeSets, pins }
}

/** A hot pool's reservations seldom have any. */
function detailsWritten(
  plans: readonly PlannedCommand[],
  decided: readonly SettledCommand[],
): WrittenDetails[] {
  return plans.flatMap((planned, i) => {
    const settled = decided[i]
    if (planned.kind !== 'change' || planned.details === undefined) return []
    if (settled?.kind !== 'answer' || settled.outcome.kind !== 'done') return []
    const { details, isNew, after } = planned
    return [{ reservationId: after.reservationId, details, replaces: !isNew }]
  })
}

/**
 * What each answer shows of details. They are in no answer that is pinned, so a replay reads them: what
 * was corrected or erased since is shown as it is now.
 */
async function detailsOf(
  tx: Tx,
  listingId: string,
  {
    plans,
    decided,
    seen,
  }: {
    readonly plans: readonly PlannedCommand[]
    readonly decided: readonly SettledCommand[]
    readonly seen: Seen
  },
): Promise<readonly (Details | undefined)[]> {
  const madeBefore = decided.flatMap((each) =>
    each.kind === 'answer' && each.replayed && each.outcome.kind === 'done'
      ? [each.outcome.reservation.reservationId]
      : [],
  )
  const read = madeBefore.length === 0 ? undefined : await readDetails(tx, listingId, madeBefore)
  return decided.map((each, i) => {
    if (each.kind === 'reclaim' || each.outcome.kind !== 'done') return undefined
    const planned = plans[i]
    const { reservationId } = each.outcome.reservation
    if (planned?.kind === 'change' && planned.details !== undefined) return planned.details
    return (each.replayed ? read : seen.details)?.get(reservationId)
  })
}

const NOTHING_MOVED: Verdict = { kind: 'taken', lines: [] }

function creationDemand({ command }: KeyedCommand): Demand[] {
  return isCreation(command) ? [demandOf(command)] : []
}

function poolsNamed({ command }: KeyedCommand): string[] {
  return 'lines' in command ? command.lines.map((line) => line.poolId.toLowerCase()) : []
}

interface AnswersWithDetails {
  readonly decided: readonly SettledCommand[]
  /** Of each answer. */
  readonly details: readonly (Details | undefined)[]
}

/**
 * Which nights and slots an answer is about is known before COMMIT: once it is committed, nothing
 * may keep it from being told.
 */
async function withPlaces(
  tx: Tx,
  listingId: string,
  { decided, details }: AnswersWithDetails,
  places: PlaceLookup,
): Promise<readonly ExecutedCommand[]> {
  const answers: ExecutedCommand[] = []
  for (const [i, each] of decided.entries()) {
    if (each.kind === 'reclaim') answers.push(each)
    else {
      const { kind, outcome, replayed } = each
      const poolIds = poolsOf(outcome)
      const known = places.known(listingId, poolIds) ?? (await places.of(tx, listingId, poolIds))
      const answer = { kind, outcome, replayed, places: known } as const
      const shown = details[i]
      answers.push(shown === undefined ? answer : { ...answer, details: shown })
    }
  }
  return answers
}

/** The pools that an outcome names. */
function poolsOf(outcome: Outcome): string[] {
  if (outcome.kind === 'done') return outcome.reservation.lines.map((line) => line.poolId)
  return 'lines' in outcome.refusal ? outcome.refusal.lines.map((line) => line.poolId) : []
}

function replay({ pin }: KeyedCommand, { answers }: Seen): Replayed | Plan | undefined {
  if (pin === undefined) return undefined
  const answer = answers.get(pinMark(pin)) ?? answers.get(pinMark({ ...pin, caller: EVERY_CALLER }))
  if (answer === undefined) return undefined
  return pin.requestHash.equals(answer.requestHash)
    ? { kind: 'replayed', outcome: answer.outcome }
    : { kind: 'answered', outcome: refused({ code: 'idempotency_key_reused' }) }
}

function planOne(command: Command, seen: Seen, usage: Usage): Plan {
  const { policy, nowMs, reservations, payments } = seen
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
    payments: payments(command),
    details: seen.details.get(command.reservationId),
  })
}

const NOT_FOUND = { code: 'not_found' } as const

/** What is said of the key itself is not said under the key. */
function isPinned(outcome: Outcome): boolean {
  return outcome.kind === 'done' || outcome.refusal.code !== 'idempotency_key_reused'
}
