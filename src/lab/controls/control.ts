/**
 * A control: a plausible mistake, made on purpose, that the lab has to catch. A check that no
 * control fails proves nothing.
 *
 * Each is a strategy behind the same seam as the safe ones. A mistake that is not in the taking (an
 * answer before COMMIT, a cancel without a lock) is made between the engine and its database, so that
 * the production engine runs in the race and knows nothing of it.
 */
import type { Database } from '../../storage/driver/database.js'
import type { Strategy } from '../../strategies/strategy.js'
import type { MailNow } from './mailing.js'

export const CONTROL_NAMES = [
  'naive',
  'atomic',
  'insert-select',
  'lock-absent-rows',
  'snapshot-then-lock',
  'timestamp-optimistic',
  'ack-before-commit',
  'cancel-twice',
  'mail-before-commit',
  'mail-after-commit',
] as const

/** The file's stem, the CLI's value, the URL's segment and the page in docs/controls/ are one. */
export type ControlName = (typeof CONTROL_NAMES)[number]

export interface Control extends Strategy {
  readonly name: ControlName
  readonly safe: false
  /** Its requests send mails themselves, so its servers have no outbox to send from. */
  readonly mails?: 'by itself'
  /**
   * The database as the engine gets to see it, when that is where the mistake is.
   *
   * @param mailNow sends nothing in a race without mails
   */
  readonly spoil?: (db: Database, mailNow: MailNow) => Database
}
