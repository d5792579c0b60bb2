/** Corrects the name of a customer: of every reservation that it has, in whatever state. */
import { HoldfastError } from '../../domain/errors.js'
import type { Attribution } from '../../domain/journal.js'
import type { ChangeSet } from '../../domain/reservation/settle.js'
import { commit, type Database, rollback } from '../../storage/driver/database.js'
import { forgetCustomer } from '../../storage/tables/customers/erasing.js'
import { sendEntries } from '../../storage/tables/journal.js'
import { readPolicy } from '../../storage/tables/listings.js'
import { findOfCustomer, lockReservations, sendChanges } from '../../storage/tables/reservations.js'
import { checkedCustomer } from '../requests.js'
import { RETRY_DEFAULTS, retrying } from '../retry.js'

export interface CustomerChange {
  /** The name from now on; normal forms are compared, so a corrected case alone changes nothing. */
  readonly becomes: string
  /** True when the reservations of another customer of that name are the same person's; default false. */
  readonly merge?: boolean
}

export type CustomerOutcome =
  | {
      readonly kind: 'done'
      /** The normal form of the name. */
      readonly customer: string
      /** How many reservations have another customer now. */
      readonly reservations: number
      /** True when there were reservations of that name already. */
      readonly merged: boolean
    }
  | { readonly kind: 'refused'; readonly refusal: CustomerRefusal }

/** In order of precedence. */
export type CustomerRefusal =
  /** Nobody of this name has a reservation. */
  | { readonly code: 'not_found' }
  /** Somebody of the new name has one, and `merge` does not say that it is the same person. */
  | { readonly code: 'customer_exists'; readonly customer: string }

/** How many reservations of a customer can be changed at once. */
const RESERVATIONS_MAX = 10_000

export interface CustomerOptions {
  readonly db: Database
  /** Called after COMMIT with everything that was written. */
  readonly onCommitted: (listingId: string, changeSets: readonly ChangeSet[]) => void
}

/**
 * Gives the reservations of a customer another name, all or none. Each gets a version and an entry in the
 * journal, which has neither name. Nothing is taken, so a limit that both together exceed refuses the next
 * reservation only. What is reserved under the old name meanwhile keeps it.
 *
 * @throws HoldfastError `invalid_input` for what can name nobody, for a block, and for a customer of more
 * than 10,000 reservations; `contention`, `database_unavailable` or `outcome_unknown` as every change
 */
export async function changeCustomer(
  { db, onCommitted }: CustomerOptions,
  listingId: string,
  spelled: string,
  { becomes, merge = false }: CustomerChange,
  by: Attribution,
): Promise<CustomerOutcome> {
  const [from, to] = [checkedCustomer(spelled), checkedCustomer(becomes)]
  if (from === '' || to === '') throw new HoldfastError('invalid_input', 'a customer has a name')
  let changeSets: readonly ChangeSet[] = []
  const { value } = await retrying(RETRY_DEFAULTS, async () => {
    const outcome = await db.transaction<CustomerOutcome>('read committed', async (tx) => {
      const ids = await findOfCustomer(tx, listingId, from, RESERVATIONS_MAX + 1)
      if (ids.length > RESERVATIONS_MAX) {
        throw new HoldfastError(
          'invalid_input',
          `the customer has more than ${RESERVATIONS_MAX} reservations in this listing`,
        )
      }
      const rows = await lockReservations(tx, listingId, ids)
      const own = rows.filter(({ customer }) => customer === from)
      if (own.length === 0) return refuse({ code: 'not_found' })
      const others = from === to ? [] : await findOfCustomer(tx, listingId, to, 1)
      const merged = others.length > 0
      if (merged && !merge) return refuse({ code: 'customer_exists', customer: to })
      const policy = await readPolicy(tx, listingId)
      const nowMs = policy?.nowMs ?? 0
      changeSets =
        from === to ? [] : own.map((row) => renamed('customer_changed', row, to, nowMs, by))
      sendChanges(tx, listingId, changeSets)
      sendEntries(tx, listingId, changeSets)
      // The name that nobody has any more is nowhere, then.
      if (changeSets.length > 0) await forgetCustomer(tx, listingId, from)
      const done = { kind: 'done', customer: to, reservations: changeSets.length, merged } as const
      return commit<CustomerOutcome>(done, { mayWriteNothing: true })
    })
    return { done: true, value: outcome }
  })
  if (value.kind === 'done' && changeSets.length > 0) onCommitted(listingId, changeSets)
  return value
}

/** What is written of a reservation that has another customer from now on. */
export function renamed(
  kind: 'customer_changed' | 'customer_erased',
  reservation: ChangeSet['reservation'],
  customer: string,
  nowMs: number,
  by: Attribution,
): ChangeSet {
  const nothing = { taken: [], givenBack: [], replaced: [], refunds: [] }
  const version = reservation.version + 1
  return {
    ...{ kind, isNew: false, by, ...nothing },
    reservation: { ...reservation, customer, version, updatedAtMs: nowMs },
  }
}

function refuse(refusal: CustomerRefusal) {
  return rollback<CustomerOutcome>({ kind: 'refused', refusal })
}
