/** What callers ask of the engine, checked before anything is done for it. */
import { createHash, createHmac } from 'node:crypto'
import { HoldfastError } from '../domain/errors.js'
import { isUuid, newId } from '../domain/ids.js'
import type {
  ChangeCommand,
  Command,
  HoldCommand,
  ReserveCommand,
} from '../domain/reservation/command.js'
import { normalCustomer } from '../domain/reservation/customer.js'
import {
  type Contact,
  changedDetails,
  isSameDetails,
  type Metadata,
  NO_DETAILS,
} from '../domain/reservation/details.js'
import { checkLineRequests, type LineRequest } from '../domain/reservation/line-request.js'
import {
  CUSTOMER_LENGTH_MAX,
  isBlockCustomer,
  isCustomer,
  isPlainText,
} from '../domain/reservation/reservation.js'
import { EVERY_CALLER } from '../storage/tables/answers.js'
import type { CommandPin } from './transaction/keyed-command.js'

export interface NewReservation {
  readonly customer: string
  /** Units of pools, slots and ranges of time, and stays, which take every night of theirs. */
  readonly lines: readonly LineRequest[]
  /** What is over, or too soon, may be among the lines: for a seller; default false. */
  readonly allowPast?: boolean
  /** How to reach who it is for. */
  readonly contact?: Contact
  /** The seller's own keys and values: at most 50, of 40 and 500 characters. */
  readonly metadata?: Metadata
}

/** A command whose lines may still be times or stays. */
export type CommandRequest =
  | Exclude<Command, { lines: unknown }>
  | Unresolved<ReserveCommand>
  | Unresolved<HoldCommand>
  | Unresolved<ChangeCommand>

type Unresolved<Resolved extends ReserveCommand | HoldCommand | ChangeCommand> = Omit<
  Resolved,
  'lines' | 'ranges' | 'stays' | 'times' | 'refusal'
> & {
  readonly lines: readonly LineRequest[]
  /** The customer as the caller spelled it, where that is not the normal form. */
  readonly spelled?: string
}

/** The request with its reservation's id in lower case, as the database writes it. */
export function normalized(request: CommandRequest): CommandRequest {
  const reservationId = request.reservationId.toLowerCase()
  return reservationId === request.reservationId ? request : { ...request, reservationId }
}

const KEY_LENGTH_MAX = 255
const CALLER_LENGTH_MAX = 255
const PAYMENT_REF_LENGTH_MAX = 255

/** @throws HoldfastError `invalid_input` */
export function newReservation(wanted: NewReservation) {
  const { customer: spelled, lines, allowPast, contact = null, metadata } = wanted
  const customer = checkedCustomer(spelled)
  checkLineRequests(lines)
  const spelling = spelled === customer ? {} : { spelled }
  const past = allowPast ? { allowPast: true as const } : {}
  const common = { reservationId: newId(), customer, lines, ...spelling, ...past }
  // A hot pool's reservations have none, and pay nothing for that.
  if (contact === null && metadata === undefined) return common
  const details = changedDetails(NO_DETAILS, { contact, metadata: metadata ?? {} })
  return isSameDetails(details, NO_DETAILS) ? common : { ...common, details }
}

/**
 * @returns the customer's normal form
 * @throws HoldfastError `invalid_input` for what can name nobody, and for a block
 */
export function checkedCustomer(spelled: string): string {
  if (!isCustomer(spelled)) {
    throw invalid(`a customer is at most ${CUSTOMER_LENGTH_MAX} printable characters`)
  }
  const customer = normalCustomer(spelled)
  if (isBlockCustomer(customer)) {
    throw invalid(`${customer} is a block: name the block in the lines`)
  }
  return customer
}

/** @throws HoldfastError `invalid_input` for an id that is no UUID */
export function checkIds(...ids: readonly string[]): void {
  for (const id of ids) {
    if (!isUuid(id)) throw invalid(`the id ${JSON.stringify(id)} is no UUID`)
  }
}

/** @throws HoldfastError `invalid_input` */
export function checkedTtl(ttlMs: number): number {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= 1) return ttlMs
  throw invalid(`a hold lasts a whole number of milliseconds from 1, not ${ttlMs}`)
}

/** @throws HoldfastError `invalid_input` */
export function checkPaymentRef(paymentRef: string | undefined): void {
  if (paymentRef === undefined) return
  if (paymentRef.length > 0 && isPlainText(paymentRef, PAYMENT_REF_LENGTH_MAX)) return
  throw invalid(`a payment reference has 1 to ${PAYMENT_REF_LENGTH_MAX} printable characters`)
}

/**
 * What pins the answer to the key. The request's hash leaves out the id that a new reservation would
 * get: a retry draws another one.
 *
 * @param secret under which a request's details are hashed, so that nobody who reads the hash can try
 * out names and numbers on it; needed for a request that `isPersonal`
 * @throws HoldfastError `invalid_input` for a malformed key, or a caller that cannot be one
 */
export function pinOf(
  request: CommandRequest,
  key: string | undefined,
  caller = '',
  secret: Buffer | undefined = undefined,
): CommandPin | undefined {
  if (key === undefined) return undefined
  checkKey(key, caller)
  const { plain, personal } = asSent(request)
  const hash = createHash('sha256').update(JSON.stringify(plain))
  if (personal !== undefined) {
    if (secret === undefined) throw new Error('details are hashed under a secret')
    hash.update(createHmac('sha256', secret).update(JSON.stringify(personal)).digest())
  }
  const requestHash = hash.digest()
  return { caller, key, requestHash, command: request.kind }
}

/** @throws HoldfastError `invalid_input` for a malformed key, or a caller that cannot be one */
export function checkKey(key: string, caller: string): void {
  if (key.length === 0 || !isPlainText(key, KEY_LENGTH_MAX)) {
    throw invalid(`an idempotency key has 1 to ${KEY_LENGTH_MAX} printable characters`)
  }
  if (caller === EVERY_CALLER || !isPlainText(caller, CALLER_LENGTH_MAX)) {
    throw invalid(
      `a caller is at most ${CALLER_LENGTH_MAX} printable characters, and not ${EVERY_CALLER}`,
    )
  }
}

/** True for a request that has a contact, or metadata: its pin needs a secret. */
export function isPersonal(request: CommandRequest): boolean {
  return request.kind === 'describe' || ('details' in request && request.details !== undefined)
}

interface Sent {
  readonly plain: object
  /** What has to be hashed under a secret; undefined for nothing. */
  readonly personal?: object
}

/**
 * What tells a request from another one: what its caller sent. So a key is good across an upgrade that
 * changes what is made of it.
 */
function asSent(request: CommandRequest): Sent {
  if (request.kind === 'describe') {
    const { change, ...plain } = request
    return { plain, personal: change }
  }
  if (request.kind !== 'reserve' && request.kind !== 'hold') return { plain: request }
  const { spelled, details, ...sent } = request
  const plain = { ...sent, customer: spelled ?? sent.customer, reservationId: null }
  return details === undefined ? { plain } : { plain, personal: details }
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
