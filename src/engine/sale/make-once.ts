/**
 * What is made under an idempotency key is made once: the answer is written in the transaction that
 * makes it, and whoever sends the same request again hears that answer. Reservations have their own way,
 * which is quicker; both share the table and the rules.
 */
import { createHash } from 'node:crypto'
import { HoldfastError } from '../../domain/errors.js'
import {
  acknowledge,
  type Database,
  type Decision,
  type Tx,
} from '../../storage/driver/database.js'
import {
  type MadeOutcome,
  type MakingKind,
  NO_LISTING,
  type PinnedAnswer,
  readAnswers,
  sendAnswers,
} from '../../storage/tables/answers.js'
import type { ChangeOptions } from '../attribution.js'
import type { CommandOptions } from '../engine.js'
import { withFaults } from '../faults.js'
import { checkKey } from '../requests.js'
import { type RetryOptions, retrying } from '../retry.js'
import { pinMark } from '../transaction/keyed-command.js'

/**
 * For what makes something. `key` and `caller` are as for commands: the same key with the same request
 * makes one thing and has one answer.
 *
 * What is made throws `idempotency_key_reused` for a key that came before with another request, and
 * `idempotency_in_progress` for one that is being worked on.
 */
export interface MakeOptions extends ChangeOptions, Pick<CommandOptions, 'key' | 'caller'> {}

/** What was made, or was made before under the same key. */
export type MadeOnce<Value> = Value extends undefined
  ? undefined
  : Value & {
      /** True when the answer was given before, under the same key. */
      readonly replayed: boolean
    }

export interface Making {
  readonly kind: MakingKind
  /** Where it is made; default no listing: it is one, or an API key. */
  readonly listingId?: string
  /** What tells the request from another one: values that JSON can hold. */
  readonly request: unknown
  readonly options: MakeOptions
}

/**
 * @param make makes it, in one transaction of the database that it is given. What the transaction comes
 * to is the answer: values that JSON can hold. Work that is rolled back with a value has refused, and
 * written nothing; with `undefined` it has found nothing to add to, and no answer is kept.
 * @throws HoldfastError as `MakeOptions` says, and what `retrying` throws
 */
export type MakeOnce = <Value extends object | undefined>(
  making: Making,
  make: (db: Database) => Promise<Value>,
) => Promise<MadeOnce<Value>>

/** @param db a database that throws its own errors */
export function createMakeOnce(db: Database, bounds: RetryOptions): MakeOnce {
  const inFlight = new Set<string>()
  const faulting = withFaults(db)

  return async (making, make) => {
    const pin = pinOf(making)
    if (pin === undefined) return madeOf(await make(faulting), false)
    const ticket = `${pin.listingId}/${pinMark(pin)}`
    if (inFlight.has(ticket)) {
      throw new HoldfastError('idempotency_in_progress', 'a request with this key is under way')
    }
    inFlight.add(ticket)
    try {
      let replayed = false
      const pinning = pinningTo(db, pin, bounds, () => {
        replayed = true
      })
      const value = await make(pinning)
      return madeOf(value, replayed)
    } finally {
      inFlight.delete(ticket)
    }
  }
}

interface Pin extends Pick<PinnedAnswer, 'caller' | 'key' | 'requestHash'> {
  readonly command: MakingKind
  readonly listingId: string
}

/**
 * Listings and API keys have no listing to be pinned in. Their answers keep a digest of the key, because
 * an API key's secret follows from it.
 *
 * @throws HoldfastError `invalid_input` for a malformed key, or a caller that cannot be one
 */
function pinOf({ kind, listingId, request, options }: Making): Pin | undefined {
  const { key, caller = '' } = options
  if (key === undefined) return undefined
  checkKey(key, caller)
  const requestHash = createHash('sha256')
    .update(JSON.stringify([kind, request]))
    .digest()
  const pin = { caller, requestHash, command: kind }
  return listingId === undefined
    ? { ...pin, listingId: NO_LISTING, key: digestOf(key) }
    : { ...pin, listingId: listingId.toLowerCase(), key }
}

function digestOf(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('base64url')}`
}

/**
 * The same database, whose transactions answer what is pinned, or pin what they come to. When another
 * server pins the same key first, the transaction is undone, runs again and finds that answer.
 */
function pinningTo(db: Database, pin: Pin, bounds: RetryOptions, onReplay: () => void): Database {
  const transaction: Database['transaction'] = async (isolation, work, options) => {
    const attempt = async () => {
      const value = await db.transaction(isolation, (tx) => answered(tx, work), options)
      return { done: true, value } as const
    }
    return (await retrying({ ...bounds, resolveUnknown: true }, attempt)).value
  }

  async function answered<Value>(
    tx: Tx,
    work: (tx: Tx) => Promise<Decision<Value>>,
  ): Promise<Decision<Value>> {
    const { listingId, ...rest } = pin
    const answers = await readAnswers<MadeOutcome>(tx, listingId, [pin.key])
    const before = answers.find(({ caller }) => caller === pin.caller)
    if (before === undefined) {
      const decision = await work(tx)
      if (!decision.keep && decision.value === undefined) return decision
      const outcome = { kind: 'made', value: decision.value } as const
      sendAnswers(tx, listingId, [{ ...rest, outcome }])
      return { ...decision, keep: true }
    }
    if (!pin.requestHash.equals(before.requestHash)) {
      throw new HoldfastError('idempotency_key_reused', 'the key came before with another request')
    }
    onReplay()
    return acknowledge(before.outcome.value as Value)
  }

  return { ...db, transaction }
}

function madeOf<Value extends object | undefined>(
  value: Value,
  replayed: boolean,
): MadeOnce<Value> {
  return (value === undefined ? undefined : { ...value, replayed }) as MadeOnce<Value>
}
