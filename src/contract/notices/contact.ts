/** How to reach who a reservation is for, and the seller's own notes on what is sold and booked. */
import type { Static } from 'typebox'
import { ADDRESS_PATTERN } from '../../domain/reservation/address.js'
import {
  CONTACT_LENGTHS_MAX,
  type ContactField,
  METADATA_KEY_LENGTH_MAX,
  METADATA_KEYS_MAX,
  METADATA_VALUE_LENGTH_MAX,
} from '../../domain/reservation/details.js'
import { named, PLAIN_TEXT, reason } from '../scalars.js'
import { Type } from '../schema/type.js'

const FIELDS = {
  name: { pattern: PLAIN_TEXT, description: 'The name of the person.', examples: ['Ada Lovelace'] },
  email: {
    pattern: ADDRESS_PATTERN,
    description: 'One e-mail address, without a name around it.',
    examples: ['ada@example.com'],
  },
  phone: {
    pattern: '^[+(]{0,2}[0-9][0-9 ()./#*x-]*$',
    description: 'Digits, a `+` before them, and what people write between them.',
    examples: ['+44 20 7946 0958'],
  },
  locale: {
    pattern: '^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$',
    description: 'The language that the person reads: a BCP 47 tag.',
    examples: ['en', 'pt-BR'],
  },
  note: {
    pattern: PLAIN_TEXT,
    description: 'What the person wants the seller to know, on one line.',
    examples: ['We arrive late'],
  },
} as const

const field = (name: keyof typeof FIELDS) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength: CONTACT_LENGTHS_MAX[name], ...FIELDS[name] }),
  )

export const Contact = named(
  'Contact',
  {
    name: field('name'),
    email: field('email'),
    phone: field('phone'),
    locale: field('locale'),
    note: field('note'),
  },
  {
    description:
      'How to reach who a reservation is for. Shown to the seller, and to who has the ' +
      "reservation's token; kept apart from everything else, so that it can be erased.",
  },
)
export type Contact = Static<typeof Contact>

const changedField = (name: keyof typeof FIELDS) =>
  Type.Optional(
    Type.Unsafe<string | null>({
      type: ['string', 'null'],
      minLength: 1,
      maxLength: CONTACT_LENGTHS_MAX[name],
      ...FIELDS[name],
    }),
  )

const CONTACT_CHANGE = {
  name: changedField('name'),
  email: changedField('email'),
  phone: changedField('phone'),
  locale: changedField('locale'),
  note: changedField('note'),
}

/** One key of metadata; the domain has the same rule. */
const METADATA_KEY_PATTERN = PLAIN_TEXT.replace('[^', '[^\\[\\]')

const KEYS = {
  type: 'object',
  propertyNames: {
    minLength: 1,
    maxLength: METADATA_KEY_LENGTH_MAX,
    pattern: METADATA_KEY_PATTERN,
  },
}

const value = { minLength: 1, maxLength: METADATA_VALUE_LENGTH_MAX, pattern: PLAIN_TEXT }

const BOUNDS =
  `at most ${METADATA_KEYS_MAX} keys of ${METADATA_KEY_LENGTH_MAX} characters without brackets, with ` +
  `values of ${METADATA_VALUE_LENGTH_MAX}`

export const metadata = Type.Unsafe<Record<string, string>>({
  ...KEYS,
  maxProperties: METADATA_KEYS_MAX,
  additionalProperties: { type: 'string', ...value },
  description:
    `The seller's own keys: ${BOUNDS}. A storefront's key neither sends nor sees them. No place for ` +
    'what is personal: that belongs in the contact.',
  examples: [{ order: '6735' }],
})

export const metadataChange = Type.Unsafe<Record<string, string | null>>({
  ...KEYS,
  maxProperties: 2 * METADATA_KEYS_MAX,
  additionalProperties: { type: ['string', 'null'], ...value },
  description: `Keys that are left out stay as they are; null removes one. In all, ${BOUNDS}.`,
  examples: [{ order: '6735', campaign: null }],
})

/** As long as a name or an address may be. */
const CONTACT_FILTER_LENGTH_MAX = Math.max(CONTACT_LENGTHS_MAX.name, CONTACT_LENGTHS_MAX.email)

export const contactFilter = Type.String({
  minLength: 1,
  maxLength: CONTACT_FILTER_LENGTH_MAX,
  pattern: PLAIN_TEXT,
  description:
    'Those whose contact has this e-mail address, name or phone number. Case, white space and what nobody ' +
    'sees do not count, nor does what stands between the digits of a number.',
  examples: ['ada@example.com', 'Ada Lovelace', '+44 20 7946 0958'],
})

/** By how many keys of metadata a list can be filtered at once. */
const FILTER_KEYS_MAX = 5

export const metadataFilter = Type.Unsafe<Record<string, string>>({
  ...KEYS,
  minProperties: 1,
  maxProperties: FILTER_KEYS_MAX,
  additionalProperties: { type: 'string', ...value },
  description:
    'As `metadata[key]=value`: those that have this value under this key. ' +
    `With several keys, up to ${FILTER_KEYS_MAX}, those that have all of them.`,
})

export const Description = named(
  'Description',
  {
    contact: Type.Optional(
      Type.Unsafe<{ [Field in ContactField]?: string | null } | null>({
        type: ['object', 'null'],
        properties: CONTACT_CHANGE,
        additionalProperties: false,
        description: 'What is left out stays as it is; null removes one field, or all of them.',
      }),
    ),
    metadata: Type.Optional(metadataChange),
    reason: Type.Optional(reason),
  },
  { minProperties: 1, description: 'What is left out stays as it is.' },
)
export type Description = Static<typeof Description>
