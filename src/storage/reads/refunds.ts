/** The list of what is due back; nothing here locks a row. */
import type { Refund } from '../../domain/reservation/refund.js'
import type { Tx } from '../driver/database.js'
import { sql } from '../driver/statement.js'
import type { Page } from '../tables/page.js'
import { REFUND_COLUMNS } from '../tables/refunds.js'

/** A refund with the id by which lists are in order. */
export interface RefundRow extends Refund {
  readonly refundId: string
}

const SELECT_DUE = sql('refunds.list_due')`
  select refund_id as "refundId", ${REFUND_COLUMNS}
  from refunds
  where listing_id = $1
    and settled_at is null
    and ($2::uuid is null or refund_id < $2)
  order by refund_id desc
  limit $3`

/** Refunds that are due, the newest first, from behind `after` on. */
export function listDueRefunds(
  db: Pick<Tx, 'query'>,
  listingId: string,
  { after, limit }: Page,
): Promise<readonly RefundRow[]> {
  return db.query<RefundRow>(SELECT_DUE, [listingId, after ?? null, limit])
}
