/**
 * What rides on a reservation and decides nothing: how to reach who it is for, and the seller's own
 * notes. A contact is personal: it is in no journal, log, URL, metric or answer that is kept. Pure.
 */
import { HoldfastError } from '../errors.js'
import { ADDRESS_LENGTH_MAX, isAddress } from './address.js'
import { isPlainText } from './reservation.js'

/** How to reach who a reservation is for; all of it may be left out. */
export interface Contact {
  readonly name?: string
  /** One address, without a name around it. */
  readonly email?: string
  readonly phone?: string
  /** The language that the person reads: a BCP 47 tag, such as `en` or `pt-BR`. */
  readonly locale?: string
  /** What the person wants the seller to know, on one line. */
  readonly note?: string
}

export type ContactField = keyof Contact

/** The seller's own keys and values. */
export type Metadata = Readonly<Record<string, string>>

export interface Details {
  readonly contact: Contact
  readonly metadata: Metadata
}

export const NO_DETAILS: Details = { contact: {}, metadata: {} }

/** What is left out stays as it is; null removes. */
export interface DetailsChange {
  /** Null removes the whole contact. */
  readonly contact?: { readonly [Field in ContactField]?: string | null } | null
  readonly metadata?: Readonly<Record<string, string | null>>
}

/** The longest that each may be, in characters as Unicode numbers them. */
export const CONTACT_LENGTHS_MAX: Readonly<Record<ContactField, number>> = {
  name: 200,
  email: ADDRESS_LENGTH_MAX,
  phone: 40,
  locale: 35,
  note: 1_000,
}

export const CONTACT_FIELDS = Object.keys(CONTACT_LENGTHS_MAX) as readonly ContactField[]

export const METADATA_KEYS_MAX = 50
export const METADATA_KEY_LENGTH_MAX = 40
export const METADATA_VALUE_LENGTH_MAX = 500

const PHONE = /^[+(]{0,2}[0-9][0-9 ()./#*x-]*$/

/** What is wrong with a field of a contact, as the end of a sentence; undefined for nothing. */
function faultOf(field: ContactField, value: unknown): string | undefined {
  const lengthMax = CONTACT_LENGTHS_MAX[field]
  if (value === '' || !isPlainText(value, lengthMax)) {
    return `has 1 to ${lengthMax} printable characters`
  }
  if (field === 'email' && !isAddress(value)) return 'is one address without a name around it'
  if (field === 'phone' && !PHONE.test(value)) return 'is digits and what stands between them'
  if (field === 'locale' && localeOf(value) === undefined) return 'is a BCP 47 tag, such as pt-BR'
  return undefined
}

/**
 * The digits of a phone number, by which it is found however it is set; undefined for what is none.
 *
 * @example
 * digitsOfPhone('+44 20 7946-0958') // '442079460958'
 * digitsOfPhone('Court 7') // undefined
 */
export function digitsOfPhone(text: string): string | undefined {
  return PHONE.test(text.trim()) ? text.replace(/[^0-9]/g, '') : undefined
}

/** A language tag as it is usually written; undefined for what is none. */
function localeOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}

/** @throws HoldfastError `invalid_input` */
function checkMetadata(metadata: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    if (!isMetadataKey(key)) {
      throw invalid(
        `a key of metadata has 1 to ${METADATA_KEY_LENGTH_MAX} printable characters, without [ and ]`,
      )
    }
    if (value === null) continue
    if (value === '' || !isPlainText(value, METADATA_VALUE_LENGTH_MAX)) {
      throw invalid(
        `a value of metadata has 1 to ${METADATA_VALUE_LENGTH_MAX} printable characters`,
      )
    }
  }
}

/** Brackets are for a filter: `metadata[key]=value`. */
function isMetadataKey(key: string): boolean {
  return key !== '' && isPlainText(key, METADATA_KEY_LENGTH_MAX) && !/[[\]]/.test(key)
}

/**
 * @returns the metadata with its keys in order, so that the same keys and values are the same text
 * @throws HoldfastError `invalid_input`
 */
export function changedMetadata(
  before: Metadata,
  change: Readonly<Record<string, string | null>>,
): Metadata {
  checkMetadata(change)
  const values = new Map<string, string | null>([
    ...Object.entries(before),
    ...Object.entries(change),
  ])
  const kept = [...values].filter((pair): pair is [string, string] => pair[1] !== null)
  if (kept.length > METADATA_KEYS_MAX) {
    throw invalid(`metadata has at most ${METADATA_KEYS_MAX} keys, and these are ${kept.length}`)
  }
  return Object.fromEntries(kept.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** @throws HoldfastError `invalid_input` */
function changedContact(before: Contact, change: NonNullable<DetailsChange['contact']>): Contact {
  const contact: { -readonly [Field in ContactField]?: string } = {}
  for (const field of CONTACT_FIELDS) {
    const value = change[field] === undefined ? before[field] : change[field]
    if (value === undefined || value === null) continue
    const fault = faultOf(field, value)
    if (fault !== undefined) throw invalid(`the ${field} of a contact ${fault}`)
    contact[field] = field === 'locale' ? (localeOf(value) ?? value) : value
  }
  return contact
}

/**
 * What a reservation's details become.
 *
 * @throws HoldfastError `invalid_input` for what is out of bounds; the message has no value of it
 */
export function changedDetails(before: Details, { contact, metadata }: DetailsChange): Details {
  return {
    contact: contact === null ? {} : changedContact(before.contact, contact ?? {}),
    metadata: metadata === undefined ? before.metadata : changedMetadata(before.metadata, metadata),
  }
}

export function isSameDetails(one: Details, other: Details): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

export function hasContact({ contact }: Details): boolean {
  return Object.keys(contact).length > 0
}

function invalid(message: string): HoldfastError {
  return new HoldfastError('invalid_input', message)
}
