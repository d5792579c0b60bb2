/** Statements on `answers`: the definite answers to requests that came with a key. */
import type { Outcome } from '../../domain/reservation/outcome.js'
import type { CommandKind } from '../../domain/reservation/reservation.js'
import type { Tx } from '../driver/database.js'
import { insertion } from '../driver/insertion.js'
import { sqlstateOf } from '../driver/sqlstate.js'
import { sql } from '../driver/statement.js'

export interface PinnedAnswer {
  /** Whose key it is. */
  readonly caller: string
  readonly key: string
  /** SHA-256 of the command; a key that comes again with another command is refused. */
  readonly requestHash: Buffer
  /** The kind of the command: an audit asks which answers say that something was made. */
  readonly command: CommandKind
  readonly outcome: Outcome
}

/** The caller of an answer that was pinned before keys belonged to callers: it is everybody's. */
export const EVERY_CALLER = '*'

const SELECT_ANSWERS = sql('answers.read')`
  select caller,
         idempotency_key as key,
         request_hash as "requestHash",
         outcome
  from answers
  where listing_id = $1
    and idempotency_key = any($2::text[])`

/** The answers under these keys, whoever sent them: of one key there are as many as callers. */
export function readAnswers(
  tx: Tx,
  listingId: string,
  keys: readonly string[],
): Promise<readonly Omit<PinnedAnswer, 'command'>[]> {
  return tx.query(SELECT_ANSWERS, [listingId, keys])
}

/** Pins answers. If another transaction has pinned a key meanwhile, this one fails with 23505. */
export const sendAnswers = insertion<PinnedAnswer>('answers', [
  ['caller', 'text', (answer) => answer.caller],
  ['idempotency_key', 'text', (answer) => answer.key],
  ['request_hash', 'bytea', (answer) => answer.requestHash],
  ['command', 'text', (answer) => answer.command],
  ['outcome', 'jsonb', (answer) => JSON.stringify(answer.outcome)],
])

const UNIQUE_VIOLATION = '23505'

/** True when another transaction pinned the same key first; on a shard the name of the constraint ends in a number. */
export function isKeyTaken(error: unknown): boolean {
  return (
    sqlstateOf(error) === UNIQUE_VIOLATION &&
    /^answers_pkey(_\d+)?$/.test((error as { constraint?: string }).constraint ?? '')
  )
}
