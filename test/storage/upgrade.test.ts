/** A database of an earlier version keeps what it knew when it is brought up to date. */
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { createHoldfast } from '../../src/engine/holdfast.js'
import { migrate } from '../../src/storage/driver/migrate.js'
import { withClient, withEmptyDatabase } from '../support/database/empty-database.js'

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** Brings a database up to the files before `name`. */
async function migrateBefore(url: string, name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-migrations-'))
  try {
    for (const file of (await readdir(FOLDER)).filter((each) => each < name)) {
      await copyFile(join(FOLDER, file), join(folder, file))
    }
    await migrate(url, { folder })
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('refunds that were due or settled before there was a list of them are on it', async () => {
  await withEmptyDatabase(async (url) => {
    await migrateBefore(url, '0006')
    const listingId = newId()
    const [due, settled, cancelled] = [newId(), newId(), newId()]
    await withClient(url, async (client) => {
      await client.query(`insert into listings (listing_id, name) values ($1, 'Old')`, [listingId])
      await client.query(
        `insert into reservations
           (listing_id, reservation_id, state, customer, line_count, payment_ref, refund_due)
         values ($1, $2, 'expired', 'ada', 0, 'p1', true),
                ($1, $3, 'expired', 'ada', 0, 'p2', false),
                ($1, $4, 'cancelled', 'ada', 0, 'p3', false)`,
        [listingId, due, settled, cancelled],
      )
      for (const id of [due, settled, cancelled]) {
        await client.query(
          `insert into reservation_lines
             (listing_id, reservation_id, line_no, pool_id, quantity, taken_version, given_back_version)
           values ($1, $2, 1, $3, 1, 1, 2)`,
          [listingId, id, newId()],
        )
      }
      await client.query(
        `insert into journal (listing_id, entry_id, kind, pool_id, detail)
         values ($1, $2, 'capacity_changed', $2,
                 '{"version": 1, "from": 2, "to": 1, "reason": "before"}')`,
        [listingId, newId()],
      )
    })
    const holdfast = await createHoldfast({ databaseUrl: url, maintain: false })
    const { refunds, journal, reservations } = holdfast
    const list = await refunds.list(listingId)
    expect(list.refunds).toMatchObject([
      { refund: { reservationId: due, paymentRef: 'p1', reason: 'capacity_gone' } },
    ])
    expect(await refunds.settle(listingId, settled)).toMatchObject({
      kind: 'done',
      refund: { paymentRef: 'p2' },
    })
    expect(await reservations.confirm(listingId, due, { paymentRef: 'p1' })).toMatchObject({
      refusal: { code: 'capacity_gone', refundDue: true },
    })
    const late = await reservations.confirm(listingId, cancelled, { paymentRef: 'p3' })
    expect(late).toMatchObject({ refusal: { code: 'invalid_transition' } })
    expect((await refunds.list(listingId)).refunds).toHaveLength(1)
    expect(await journal.list(listingId, undefined, { kind: 'capacity_changed' })).toMatchObject([
      { reason: 'before', actor: null, detail: { from: 2, to: 1 } },
    ])
    await holdfast.close()
  })
})
