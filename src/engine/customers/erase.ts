/** Forgets a customer: a pseudonym stands wherever the name stood, and the books stay whole. */
import { randomUUID } from 'node:crypto'
import { HoldfastError } from '../../domain/errors.js'
import type { Attribution } from '../../domain/journal.js'
import type { ChangeSet } from '../../domain/reservation/settle.js'
import { commit, rollback, type Tx } from '../../storage/driver/database.js'
import { readDetails } from '../../storage/tables/customers/details.js'
import { forgetCustomer, sendErased } from '../../storage/tables/customers/erasing.js'
import { sendEntries } from '../../storage/tables/journal.js'
import { readPolicy } from '../../storage/tables/listings.js'
import { findOfCustomer, lockReservations, sendChanges } from '../../storage/tables/reservations.js'
import { checkedCustomer } from '../requests.js'
import { RETRY_DEFAULTS, retrying } from '../retry.js'
import { type CustomerOptions, renamed } from '../sale/customers.js'

export type ErasedOutcome =
  | {
      readonly kind: 'done'
      /** What stands in place of the name from now on. */
      readonly customer: string
      /** How many reservations have it. */
      readonly reservations: number
    }
  /** Nobody of this name is known. */
  | { readonly kind: 'refused'; readonly refusal: { readonly code: 'not_found' } }

export interface EraseOptions extends CustomerOptions {
  /**
   * Called after COMMIT with the e-mail addresses of who was erased, so that mails that were kept can
   * go as well. What it throws is thrown; calling again erases nothing more, and calls it again for
   * nobody.
   */
  readonly onErased?: ((addresses: readonly string[]) => Promise<void>) | undefined
}

/** How many reservations one transaction erases: others wait for its locks. */
const ERASED_TOGETHER_MAX = 500

/** What one transaction came to. */
interface Round {
  readonly changeSets: readonly ChangeSet[]
  readonly addresses: readonly string[]
  readonly isKnown: boolean
  readonly isLast: boolean
}

/**
 * Erases a customer of a listing: the name of its reservations, their contacts and metadata, reasons that
 * the journal has for them, answers that are pinned, and what is kept of events and deliveries. Each
 * reservation gets a version and an entry in the journal, which has neither name. What is reserved
 * under the name afterwards is another customer's.
 *
 * Many reservations are erased in several transactions; when one fails, the ones before it hold, and
 * calling again erases the rest under another pseudonym.
 *
 * @throws HoldfastError `invalid_input` for what can name nobody, and for a block; `contention`,
 * `database_unavailable` or `outcome_unknown` as every change
 */
export async function eraseCustomer(
  options: EraseOptions,
  listingId: string,
  spelled: string,
  by: Attribution,
): Promise<ErasedOutcome> {
  const customer = checkedCustomer(spelled)
  if (customer === '') throw new HoldfastError('invalid_input', 'a customer has a name')
  const pseudonym = `erased:${randomUUID()}`
  const addresses = new Set<string>(customer.includes('@') ? [customer] : [])
  let reservations = 0
  let known = false
  for (;;) {
    const round = await eraseSome(options, listingId, { customer, pseudonym, by })
    reservations += round.changeSets.length
    known ||= round.isKnown
    for (const address of round.addresses) addresses.add(address)
    if (round.changeSets.length > 0) options.onCommitted(listingId, round.changeSets)
    if (round.isLast) break
  }
  if (!known) return { kind: 'refused', refusal: { code: 'not_found' } }
  if (addresses.size > 0) await options.onErased?.([...addresses])
  return { kind: 'done', customer: pseudonym, reservations }
}

interface Erasing {
  readonly customer: string
  readonly pseudonym: string
  readonly by: Attribution
}

async function eraseSome(
  { db }: EraseOptions,
  listingId: string,
  erasing: Erasing,
): Promise<Round> {
  const { value } = await retrying(RETRY_DEFAULTS, async () => {
    const round = await db.transaction<Round>('read committed', async (tx) => {
      const ids = await findOfCustomer(tx, listingId, erasing.customer, ERASED_TOGETHER_MAX)
      const rows = await lockReservations(tx, listingId, ids)
      const own = rows.filter(({ customer }) => customer === erasing.customer)
      const limited = await forgetCustomer(tx, listingId, erasing.customer)
      const isLast = ids.length < ERASED_TOGETHER_MAX
      const isKnown = limited || own.length > 0
      if (!isKnown) return rollback({ changeSets: [], addresses: [], isKnown, isLast })
      const { changeSets, addresses } = await erased(tx, listingId, own, erasing)
      return commit({ changeSets, addresses, isKnown, isLast })
    })
    return { done: true, value: round }
  })
  return value
}

async function erased(
  tx: Tx,
  listingId: string,
  own: Awaited<ReturnType<typeof lockReservations>>,
  { pseudonym, by }: Erasing,
): Promise<Pick<Round, 'changeSets' | 'addresses'>> {
  if (own.length === 0) return { changeSets: [], addresses: [] }
  const ids = own.map(({ reservationId }) => reservationId)
  const [details, policy] = await Promise.all([
    readDetails(tx, listingId, ids),
    readPolicy(tx, listingId),
  ])
  const nowMs = policy?.nowMs ?? 0
  const changeSets = own.map((row) => renamed('customer_erased', row, pseudonym, nowMs, by))
  // Before this change's own entries, whose reason stays.
  sendErased(tx, listingId, ids, pseudonym)
  sendChanges(tx, listingId, changeSets)
  sendEntries(tx, listingId, changeSets)
  const addresses = [...details.values()].flatMap(({ contact }) => contact.email ?? [])
  return { changeSets, addresses }
}
