/** The form of each record of a history: every field, with its allowed values in words. Pure. */

import { HoldfastError } from '../../domain/errors.js'
import { QUANTITY_MAX } from '../../domain/reservation/demand.js'
import { type HistoryRecord, OPERATION_KINDS } from './history.js'

/** What a field may be. */
interface Form {
  readonly allowed: string
  readonly fits: (value: unknown) => boolean
  /** Checked when `fits` holds: the fields of an object, or of every object of a list. */
  readonly fields?: Fields
  readonly optional?: boolean
}

type Fields = Readonly<Record<string, Form>>

const UNITS_MAX = 2 ** 31 - 1

const text: Form = {
  allowed: 'text that is not empty',
  fits: (value) => typeof value === 'string' && value !== '',
}
const anyText: Form = { allowed: 'text', fits: (value) => typeof value === 'string' }
const flag: Form = { allowed: 'true or false', fits: (value) => typeof value === 'boolean' }
const count = whole(0, UNITS_MAX)
const version = whole(0, Number.MAX_SAFE_INTEGER)
const time: Form = {
  allowed: 'a number that is not negative',
  fits: (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value),
}

function whole(min: number, max: number): Form {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    fits: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  }
}

function oneOf(...values: readonly (string | number)[]): Form {
  return {
    allowed: values.map((value) => JSON.stringify(value)).join(', '),
    fits: (value) => values.includes(value as string | number),
  }
}

function listOf(fields: Fields, allowed: string): Form {
  return { allowed, fits: (value) => Array.isArray(value), fields }
}

function object(fields: Fields, allowed: string): Form {
  return { allowed, fits: isObject, fields }
}

function optional(form: Form): Form {
  return { ...form, optional: true }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const LINE = { poolId: text, quantity: whole(1, QUANTITY_MAX) }

const RECORDS: Readonly<Record<HistoryRecord['type'], Fields>> = {
  race: {
    format: oneOf(1),
    scenario: text,
    strategy: text,
    seed: whole(0, 2 ** 32 - 1),
    listingId: text,
    pools: listOf({ poolId: text, name: anyText, capacity: count }, 'a list of pools'),
    clocks: optional(object({ monotonicNs: time, databaseMs: time }, 'both clocks')),
    mails: optional(flag),
  },
  operation: {
    client: whole(0, UNITS_MAX),
    kind: oneOf(...OPERATION_KINDS),
    key: text,
    calledNs: time,
    returnedNs: {
      allowed: 'a number that is not negative, or null',
      fits: (value) => value === null || time.fits(value),
    },
    outcome: oneOf('ok', 'refused', 'conflict', 'unknown'),
    code: optional(text),
    customer: optional(anyText),
    lines: optional(listOf(LINE, 'a list of lines')),
    reservationId: optional(text),
    state: optional(text),
    expiresAtMs: optional(time),
    poolId: optional(text),
    capacity: optional(count),
  },
  pool: { poolId: text, capacity: count, taken: whole(-UNITS_MAX, UNITS_MAX), version },
  reservation: {
    reservationId: text,
    state: text,
    customer: anyText,
    key: optional(text),
    lines: listOf({ ...LINE, replaced: flag }, 'a list of lines'),
  },
  movement: {
    poolId: text,
    version,
    kind: oneOf('take', 'give_back', 'capacity'),
    delta: whole(-UNITS_MAX, UNITS_MAX),
    capacity: optional(count),
    reservationId: optional(text),
    cause: optional(text),
    atMs: optional(time),
  },
  mail: { messageId: anyText, to: text, reservationId: optional(text), receivedNs: time },
}

/**
 * Checks that `value` is a record of a history, with every field and none too many.
 *
 * @param where the beginning of the error's sentence: the file and the line
 * @throws HoldfastError `invalid_input` naming the field, its value and what is allowed
 */
export function checkedRecord(value: unknown, where: string): HistoryRecord {
  if (!isObject(value)) throw wrong(where, 'the line', value, 'a record: an object')
  const { type, ...fields } = value
  if (!isType(type)) {
    throw wrong(where, 'the field type', type, oneOf(...Object.keys(RECORDS)).allowed)
  }
  const forms = RECORDS[type]
  checkFields(fields, forms, where, '')
  // `checkFields` has just shown it, field by field.
  const record = value as unknown as HistoryRecord
  if (record.type === 'operation') checkTimes(record, where)
  if (record.type === 'movement') checkDelta(record, where)
  return record
}

/** Own names only: every object also has a `constructor`. */
function isType(type: unknown): type is HistoryRecord['type'] {
  return typeof type === 'string' && Object.hasOwn(RECORDS, type)
}

function checkFields(
  object: Record<string, unknown>,
  forms: Fields,
  where: string,
  path: string,
): void {
  for (const name in object) {
    if (Object.hasOwn(forms, name)) continue
    const allowed = Object.keys(forms).join(', ')
    throw new HoldfastError(
      'invalid_input',
      `${where}: there is no field ${excerpt(path + name)}; allowed: ${allowed}`,
    )
  }
  for (const name in forms) {
    const form = forms[name]
    const value = object[name]
    if (form === undefined || (form.optional && value === undefined)) continue
    if (!form.fits(value)) throw wrong(where, `the field ${path}${name}`, value, form.allowed)
    if (form.fields !== undefined) checkInner(value, form.fields, where, `${path}${name}`)
  }
}

function checkInner(value: unknown, fields: Fields, where: string, path: string): void {
  if (!Array.isArray(value)) {
    checkFields(value as Record<string, unknown>, fields, where, `${path}.`)
    return
  }
  value.forEach((entry, i) => {
    const place = `${path}[${i}]`
    if (!isObject(entry)) throw wrong(where, `the field ${place}`, entry, 'an object')
    checkFields(entry, fields, where, `${place}.`)
  })
}

function checkTimes(record: Extract<HistoryRecord, { type: 'operation' }>, where: string): void {
  const { calledNs, returnedNs, outcome } = record
  if (returnedNs === null && outcome !== 'unknown') {
    throw wrong(where, `the field outcome`, outcome, '"unknown" where returnedNs is null')
  }
  if (returnedNs !== null && returnedNs < calledNs) {
    throw wrong(where, 'the field returnedNs', returnedNs, `calledNs (${calledNs}) or later`)
  }
}

function checkDelta(record: Extract<HistoryRecord, { type: 'movement' }>, where: string): void {
  const { kind, delta, capacity } = record
  if (kind === 'capacity') {
    if (delta !== 0) throw wrong(where, 'the field delta', delta, '0 for a change of capacity')
    if (capacity === undefined) {
      throw wrong(where, 'the field capacity', capacity, `${count.allowed}, the new capacity`)
    }
    return
  }
  const fits = kind === 'take' ? delta > 0 : delta < 0
  const allowed = kind === 'take' ? 'more than 0 for a take' : 'less than 0 for a give_back'
  if (!fits) throw wrong(where, 'the field delta', delta, allowed)
}

const EXCERPT_LENGTH = 60

function wrong(where: string, what: string, value: unknown, allowed: string): HoldfastError {
  const shown = value === undefined ? 'missing' : excerpt(value)
  return new HoldfastError('invalid_input', `${where}: ${what} is ${shown}; allowed: ${allowed}`)
}

/** A value of the file as JSON, so that it stays on one line, and only its beginning. */
export function excerpt(value: unknown): string {
  const shown = JSON.stringify(value)
  return shown.length > EXCERPT_LENGTH ? `${shown.slice(0, EXCERPT_LENGTH)}…` : shown
}
