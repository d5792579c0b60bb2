/** Short words for tests of the engine. */
import type { Reservation } from '../../../src/domain/reservation/reservation.js'
import { type CommandResult, createEngine, type Engine } from '../../../src/engine/engine.js'
import type { Database } from '../../../src/storage/driver/database.js'
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

/** Lets the time of a hold pass without waiting for it. */
export async function passTime(db: Database, reservationId: string): Promise<void> {
  await db.query(
    `update reservations set expires_at = clock_timestamp() - interval '1 second' where reservation_id = $1`,
    [reservationId],
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
