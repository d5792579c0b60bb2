/**
 * Parts the commands whose rows can be locked at once from those that somebody else is in the way of.
 * The first go on in this transaction, which has their locks by then; the others wait outside of it,
 * so that a row that is locked for long delays nobody but those who want it.
 */
import { isCreation } from '../../domain/reservation/command.js'
import { paymentOf } from '../../domain/reservation/payments.js'
import type { Tx } from '../../storage/driver/database.js'
import { lockFreePools, lockFreeReservations, readPoolsOf } from '../../storage/tables/locks.js'
import { lockFreePayments } from '../../storage/tables/refunds.js'
import { type KeyedCommand, poolsNamedBy } from './keyed-command.js'

/** Nothing was written: somebody else keeps rows locked that the command needs. */
export interface Locked {
  readonly kind: 'locked'
  /** The pools among those rows; none when it is the reservation, or its payment. */
  readonly poolIds: readonly string[]
}

/** @returns for each command the rows in its way, or undefined when its rows are locked now */
export async function sift(
  tx: Tx,
  listingId: string,
  commands: readonly KeyedCommand[],
): Promise<readonly (Locked | undefined)[]> {
  const named = commands.flatMap(({ command }) =>
    isCreation(command) ? [] : [command.reservationId],
  )
  const payments = commands.flatMap(({ command }) => paymentOf(command) ?? [])
  const [lockedPayments, lockedReservations, poolsOf] = await Promise.all([
    lockFreePayments(tx, listingId, payments),
    lockFreeReservations(tx, listingId, named),
    readPoolsOf(tx, listingId, named),
  ])
  const poolsNeeded = commands.map((keyed) => {
    return [...poolsNamedBy(keyed), ...(poolsOf.get(keyed.command.reservationId) ?? [])]
  })
  const locked = { reservations: lockedReservations, payments: lockedPayments }
  const poolIds = new Set(poolsNeeded.filter((_, i) => !isLocked(commands[i], locked)).flat())
  const lockedPools = await lockFreePools(tx, listingId, [...poolIds].sort())
  return commands.map((keyed, i): Locked | undefined => {
    const inTheWay = (poolsNeeded[i] ?? []).filter((poolId) => lockedPools.has(poolId))
    const free = inTheWay.length === 0 && !isLocked(keyed, locked)
    return free ? undefined : { kind: 'locked', poolIds: inTheWay }
  })
}

function isLocked(
  keyed: KeyedCommand | undefined,
  locked: { readonly reservations: ReadonlySet<string>; readonly payments: ReadonlySet<string> },
): boolean {
  if (keyed === undefined) return false
  const { command } = keyed
  return (
    locked.reservations.has(command.reservationId) || locked.payments.has(paymentOf(command) ?? '')
  )
}
