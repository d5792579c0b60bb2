/** Who the journal says made a change, and why. */
import { HoldfastError } from '../domain/errors.js'
import { ACTOR_LENGTH_MAX, type Attribution, REASON_LENGTH_MAX } from '../domain/journal.js'
import { isPlainText } from '../domain/reservation/reservation.js'

/** For whatever changes something. */
export interface ChangeOptions {
  /**
   * Who makes the change, for the journal: 1 to 100 printable characters. The service names an API key
   * as `key:` and its id. Default the `actor` of the Holdfast.
   */
  readonly actor?: string
  /** Why, for the journal: 1 to 500 printable characters. Default none. */
  readonly reason?: string
}

/** Who a change is by where nobody has said otherwise. */
export const DEFAULT_ACTOR = 'app:holdfast'

export const BY_DEFAULT: Attribution = { actor: DEFAULT_ACTOR, reason: null }

/** @throws HoldfastError `invalid_input` for an actor or a reason that is empty, too long or not printable */
export function attributionOf({ actor, reason }: ChangeOptions, defaultActor: string): Attribution {
  if (actor !== undefined) checkActor(actor)
  if (reason !== undefined) checkReason(reason)
  return { actor: actor ?? defaultActor, reason: reason ?? null }
}

/** @throws HoldfastError `invalid_input` */
export function checkActor(actor: string): void {
  if (actor.length > 0 && isPlainText(actor, ACTOR_LENGTH_MAX)) return
  throw new HoldfastError(
    'invalid_input',
    `an actor has 1 to ${ACTOR_LENGTH_MAX} printable characters`,
  )
}

/** @throws HoldfastError `invalid_input` */
export function checkReason(reason: string): void {
  if (reason.length > 0 && isPlainText(reason, REASON_LENGTH_MAX)) return
  throw new HoldfastError(
    'invalid_input',
    `a reason has 1 to ${REASON_LENGTH_MAX} printable characters`,
  )
}
