/** Statements on `answers`: the definite answers to requests that came with a key. */
import { NIL_ID } from '../../domain/ids.js'
import type { Outcome } from '../../domain/reservation/outcome.js'
import type { CommandKind } from '../../domain/reservation/reservation.js'
import type { Tx } from '../driver/database.js'
import { insertion } from '../driver/insertion.js'
import { violates } from '../driver/sqlstate.js'
import { sql } from '../driver/statement.js'

/** What making something came to, as its caller heard it. */
export interface MadeOutcome {
  readonly kind: 'made'
  readonly value: unknown
}

/** What is made under a key, beside reservations. */
export type MakingKind =
  | 'create_listing'
  | 'create_resource'
  | 'create_pool'
  | 'create_block'
  | 'create_key'
  | 'create_calendar'
  | 'create_webhook'
  | 'rotate_webhook'

/** The `listing_id` of answers to requests that are about no listing: they make one, or an API key. */
export const NO_LISTING = NIL_ID

export interface PinnedAnswer<Answer = Outcome, Kind = CommandKind> {
  /** Whose key it is. */
  readonly caller: string
  readonly key: string
  /** SHA-256 of the command; a key that comes again with another command is refused. */
  readonly requestHash: Buffer
  /** The kind of the command: an audit asks which answers say that something was made. */
  readonly command: Kind
  readonly outcome: Answer
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
export function readAnswers<Answer = Outcome>(
  tx: Tx,
  listingId: string,
  keys: readonly string[],
): Promise<readonly Omit<PinnedAnswer<Answer>, 'command'>[]> {
  return tx.query(SELECT_ANSWERS, [listingId, keys])
}

/** Pins answers. If another transaction has pinned a key meanwhile, this one fails with 23505. */
export const sendAnswers = insertion<PinnedAnswer<Outcome | MadeOutcome, CommandKind | MakingKind>>(
  'answers',
  [
    ['caller', 'text', (answer) => answer.caller],
    ['idempotency_key', 'text', (answer) => answer.key],
    ['request_hash', 'bytea', (answer) => answer.requestHash],
    ['command', 'text', (answer) => answer.command],
    ['outcome', 'jsonb', (answer) => JSON.stringify(answer.outcome)],
  ],
)

const UNIQUE_VIOLATION = '23505'

/** True when another transaction pinned the same key first. */
export function isKeyTaken(error: unknown): boolean {
  return violates(error, UNIQUE_VIOLATION, ['answers_pkey'])
}
