/** What a transaction looks at, and locks, before it decides anything. */
import { isCreation } from '../../domain/reservation/command.js'
import type {
  CustomerUsage,
  ListingPolicy,
  Reservation,
} from '../../domain/reservation/reservation.js'
import type { Tx } from '../../storage/driver/database.js'
import { type PinnedAnswer, readAnswers } from '../../storage/tables/answers.js'
import { type DetailsOf, readDetails } from '../../storage/tables/customers/details.js'
import { type PolicyNow, readPolicy } from '../../storage/tables/listings.js'
import { sendPaymentLocks } from '../../storage/tables/refunds.js'
import { lockReservations, lockUsage } from '../../storage/tables/reservations.js'
import { type KeyedCommand, pinMark } from './keyed-command.js'
import { lockOthers, type PaymentRecords, paymentsOf, readRefunds } from './payments.js'

export interface Seen {
  /** Undefined when there is no such listing. */
  readonly policy: PolicyNow | undefined
  /** The database clock, read after the locks were held. */
  readonly nowMs: number
  /** Those that the commands name, locked. */
  readonly reservations: ReadonlyMap<string, Reservation>
  /** What was answered before under one of the commands' keys, by `pinMark`. */
  readonly answers: ReadonlyMap<string, Omit<PinnedAnswer, 'command'>>
  /** What is known of the payments that each command is about. */
  readonly payments: PaymentRecords
  /** Of those that the commands name. */
  readonly details: DetailsOf
}

/**
 * Reads and locks what the commands are about. The clock is read after the locks are held.
 *
 * @returns undefined for a conflict: roll back and run it again
 * @throws ReservationTwice when a batch has to be run command by command
 */
export async function look(
  tx: Tx,
  listingId: string,
  commands: readonly KeyedCommand[],
): Promise<Seen | undefined> {
  const keys = commands.flatMap(({ pin }) => (pin === undefined ? [] : [pin.key]))
  const named = commands.flatMap(({ command }) =>
    isCreation(command) ? [] : [command.reservationId],
  )
  const plain = commands.map(({ command }) => command)
  sendPaymentLocks(tx, listingId, paymentsOf(plain))
  const shown = commands.flatMap(({ command }) =>
    isCreation(command) || command.kind === 'expire' ? [] : [command.reservationId],
  )
  const [answers, reservations, policy, refunds, details] = await Promise.all([
    keys.length === 0 ? [] : readAnswers(tx, listingId, keys),
    named.length === 0 ? [] : lockReservations(tx, listingId, named),
    readPolicy(tx, listingId),
    readRefunds(tx, listingId, plain),
    // Behind the locks, so that it is what the last writer left.
    shown.length === 0 ? NO_DETAILS : readDetails(tx, listingId, shown),
  ])
  const byId = new Map(reservations.map((each) => [each.reservationId, each]))
  const payments = await lockOthers(tx, listingId, plain, { reservations: byId, refunds })
  if (payments === undefined) return undefined
  return {
    policy,
    nowMs: policy?.nowMs ?? 0,
    reservations: byId,
    answers: new Map(answers.map((answer) => [pinMark(answer), answer])),
    payments,
    details,
  }
}

/** Nobody hears of an expired hold by this way, and a new reservation has what its command says. */
const NO_DETAILS: DetailsOf = new Map()

/** By customer; empty where the listing limits nobody. */
export type Usage = ReadonlyMap<string, CustomerUsage>

export const NO_USAGE: Usage = new Map()

export function isLimited(policy: ListingPolicy | undefined): boolean {
  return policy?.customerUnitsMax != null || policy?.customerHoldsMax != null
}

/** What a customer has is read once for a transaction, so only one command may use it up. */
export class LimitedCustomerTwice extends Error {}

/**
 * What the commands' customers have in a listing that limits them, locked until the transaction ends.
 *
 * @throws LimitedCustomerTwice when two commands are of one customer
 */
export async function readUsage(
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
