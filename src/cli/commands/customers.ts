/** `holdfast customers`: tells a person everything that is known about them, or forgets them. */
import type { Command } from 'commander'
import { HoldfastError } from '../../domain/errors.js'
import { isUuid } from '../../domain/ids.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { readConfig } from '../config/config.js'
import { withHoldfast } from '../database/with-holdfast.js'
import { count, type OutputFlags, print } from '../print/output.js'
import { printableJson } from '../print/printable.js'

interface Flags {
  readonly listing?: readonly string[]
}

interface EraseFlags extends Flags, OutputFlags {
  readonly reason?: string
}

const PAGE = 200

export function addCustomers(program: Command): void {
  const customers = program
    .command('customers')
    .description('tell everything that is known about a customer, or forget one')
  customers
    .command('export')
    .description('print everything that is known about a customer, as one JSON document')
    .argument('<customer>', 'the name or e-mail address under which reservations were made')
    .option('--listing <id...>', 'only in these listings; every listing if none is named')
    .action(exportOne)
  customers
    .command('erase')
    .description(
      'put a pseudonym wherever the name stands, and remove contacts; there is no way back',
    )
    .argument('<customer>', 'the name or e-mail address under which reservations were made')
    .option('--listing <id...>', 'only in these listings; every listing if none is named')
    .option('--reason <reason>', 'why; the journal keeps it, so leave names out of it')
    .option('--json', 'print what was done as JSON')
    .action(eraseOne)
}

async function exportOne(customer: string, flags: Flags): Promise<void> {
  const { showCustomerExport } = await import('../../http/views/customers.js')
  await withHoldfast(readConfig(process.env), async (holdfast) => {
    const listings: object[] = []
    await inListings(holdfast, flags, async (listingId) => {
      const record = await holdfast.customers.export(listingId, customer)
      if (record !== undefined) listings.push(showCustomerExport(listingId, record, Date.now()))
    })
    if (listings.length === 0) throw unknown()
    process.stdout.write(`${printableJson({ listings })}\n`)
  })
}

async function eraseOne(
  customer: string,
  { reason, json = false, ...flags }: EraseFlags,
): Promise<void> {
  await withHoldfast(readConfig(process.env), async (holdfast) => {
    const erased: { listing_id: string; customer: string; reservations: number }[] = []
    await inListings(holdfast, flags, async (listingId) => {
      const by = reason === undefined ? {} : { reason }
      const outcome = await holdfast.customers.erase(listingId, customer, by)
      if (outcome.kind === 'refused') return
      const { customer: pseudonym, reservations } = outcome
      erased.push({ listing_id: listingId, customer: pseudonym, reservations })
    })
    if (erased.length === 0) throw unknown()
    print(
      { json },
      { listings: erased },
      erased.map(({ listing_id, customer: pseudonym, reservations }) => {
        return `listing ${listing_id}: ${count(reservations, 'reservation')} of ${pseudonym}`
      }),
    )
  })
}

/**
 * Does something in the listings that are named, or in every one.
 *
 * @throws HoldfastError `not_found` for a listing that is named and does not exist
 */
async function inListings(
  { listings }: Holdfast,
  { listing: named }: Flags,
  work: (listingId: string) => Promise<void>,
): Promise<void> {
  if (named !== undefined) {
    for (const listingId of named) {
      if (!isUuid(listingId) || !(await listings.exists(listingId.toLowerCase()))) {
        throw new HoldfastError('not_found', `there is no listing ${listingId}`)
      }
      await work(listingId.toLowerCase())
    }
    return
  }
  let after: string | undefined
  for (;;) {
    const page = await listings.list({ after, limit: PAGE })
    for (const { listingId } of page) await work(listingId)
    if (page.length < PAGE) return
    after = page.at(-1)?.listingId
  }
}

/** The name is not told: error messages end up in logs. */
function unknown(): HoldfastError {
  return new HoldfastError('not_found', 'nobody of this name has a reservation there')
}
