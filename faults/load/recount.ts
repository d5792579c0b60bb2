/** What the database has of a listing, read by SQL of the plan's own, past the product. */
import pg from 'pg'

export interface Books {
  readonly reservations: readonly ReservationBook[]
  readonly pools: readonly PoolBook[]
}

export interface ReservationBook {
  readonly id: string
  readonly customer: string
  readonly state: string
  /** What it has, or had: the pools in order. */
  readonly lines: readonly { readonly poolId: string; readonly quantity: number }[]
  /** When it was expired, by the journal. */
  readonly expiredAt: Date | null
}

export interface PoolBook {
  readonly id: string
  readonly capacity: number
  readonly taken: number
  /** What the lines of held and confirmed reservations come to. */
  readonly sold: number
}

const RESERVATIONS = `
  select r.reservation_id as id, r.customer, r.state::text as state,
         (select jsonb_agg(jsonb_build_object('poolId', l.pool_id, 'quantity', l.quantity)
                           order by l.pool_id)
          from holdfast.reservation_lines as l
          where l.listing_id = r.listing_id
            and l.reservation_id = r.reservation_id
            and not l.replaced) as lines,
         (select max(j.at)
          from holdfast.journal as j
          where j.listing_id = r.listing_id
            and j.reservation_id = r.reservation_id
            and j.kind = 'expired') as "expiredAt"
  from holdfast.reservations as r
  where r.listing_id = $1`

const POOLS = `
  select p.pool_id as id, p.capacity::integer as capacity, p.taken,
         coalesce((select sum(l.quantity)
                   from holdfast.reservation_lines as l
                   join holdfast.reservations as r using (listing_id, reservation_id)
                   where l.listing_id = p.listing_id
                     and l.pool_id = p.pool_id
                     and not l.replaced
                     and r.state in ('held', 'confirmed')), 0)::integer as sold
  from holdfast.pools as p
  where p.listing_id = $1`

/** Both at one moment. */
export async function recount(databaseUrl: string, listingId: string): Promise<Books> {
  return withSession(databaseUrl, async (client) => {
    await client.query('begin isolation level repeatable read read only')
    const reservations = await client.query<ReservationBook>(RESERVATIONS, [listingId])
    const pools = await client.query<PoolBook>(POOLS, [listingId])
    return {
      reservations: reservations.rows.map((row) => ({ ...row, lines: row.lines ?? [] })),
      pools: pools.rows,
    }
  })
}

/** Runs `work` on a connection of its own, straight to the server. */
export async function withSession<Value>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'holdfast faults',
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
