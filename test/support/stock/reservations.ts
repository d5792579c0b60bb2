/** Short words for tests of the engine. */
import type { Reservation } from '../../../src/domain/reservation/reservation.js'
import { type CommandResult, createEngine, type Engine } from '../../../src/engine/engine.js'
import { commit, type Database, rollback } from '../../../src/storage/driver/database.js'
import { findReservations } from '../../../src/storage/tables/reservations.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import type { StrategyName } from '../../../src/strategies/strategy.js'

/** An engine that tries often enough for tests in which many callers meet. */
export function engineOn(
  db: Database,
  strategy: StrategyName = 'batched',
  attemptsMax = 30,
): Engine {
  return createEngine({ db, strategy: STRATEGIES[strategy], retry: { attemptsMax } })
}

/** The reservation of an answer that has to be a yes. */
export function yes(answer: CommandResult): Reservation {
  if (answer.kind === 'done') return answer.reservation
  throw new Error(`expected a yes, was refused: ${JSON.stringify(answer.refusal)}`)
}

/** `done`, or the code of the refusal. */
export function told(answer: CommandResult): string {
  return answer.kind === 'done' ? 'done' : answer.refusal.code
}

/**
 * Lets the time of a hold pass without waiting for it: its end is a second ago, in its row and in the
 * journal, so that the books still add up.
 */
export async function passTime(db: Database, reservationId: string): Promise<void> {
  await db.transaction('read committed', async (tx) => {
    const [hold] = await tx.query<{ listingId: string; endMs: number; endedMs: number }>(
      `select listing_id as "listingId",
              floor(extract(epoch from expires_at) * 1000)::bigint as "endMs",
              floor(extract(epoch from clock_timestamp()) * 1000)::bigint - 1000 as "endedMs"
       from reservations
       where reservation_id = $1 and state = 'held'
       for update`,
      [reservationId],
    )
    if (hold === undefined) return rollback(undefined)
    tx.send(
      `update journal
       set detail = jsonb_set(detail, '{expires_at_ms}', to_jsonb($3::bigint))
       where listing_id = $4 and reservation_id = $1 and (detail ->> 'expires_at_ms')::bigint = $2`,
      [reservationId, hold.endMs, hold.endedMs, hold.listingId],
    )
    tx.send(
      `update reservations set expires_at = to_timestamp($2::bigint / 1000.0)
       where reservation_id = $1`,
      [reservationId, hold.endedMs],
    )
    return commit(undefined)
  })
}

/** Makes a reservation older than it is, in its row and in the journal. */
export async function makeOlder(
  db: Database,
  reservationId: string,
  seconds: number,
): Promise<void> {
  await db.query(
    `with aged as (
       update journal set at = at - make_interval(secs => $2)
       where reservation_id = $1 and detail ->> 'version' = '1'
     )
     update reservations
     set created_at = created_at - make_interval(secs => $2),
         updated_at = case when version = 1 then updated_at - make_interval(secs => $2)
                           else updated_at end
     where reservation_id = $1`,
    [reservationId, seconds],
  )
}

/** The kinds of journal entries of a reservation, oldest first. */
export async function journalOf(db: Database, reservationId: string): Promise<string[]> {
  const rows = await db.query<{ kind: string }>(
    'select kind from journal where reservation_id = $1 order by at, entry_id',
    [reservationId],
  )
  return rows.map((row) => row.kind)
}

/** A reservation as its row says, whatever the clock says; undefined when there is none. */
export async function storedReservation(
  db: Database,
  listingId: string,
  reservationId: string,
): Promise<Reservation | undefined> {
  const [reservation] = await findReservations(db, listingId, [reservationId])
  return reservation
}
