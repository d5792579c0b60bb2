/** What an audit found. */
import type { Static } from 'typebox'
import { Id, named, ref } from './scalars.js'
import { Type } from './schema/type.js'

const Figure = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])

export const Drift = named(
  'Drift',
  {
    listing_id: Id,
    check: Type.String({ description: 'Which two tellings of the history disagree.' }),
    table: Type.String({ description: 'Of the row that does not add up.' }),
    key: Type.String({
      description:
        'The row within its listing: its id, or the parts of its key with slashes between.',
    }),
    column: Type.String({
      description: '`row` when the row itself is missing, doubled or too much.',
    }),
    expected: Figure,
    actual: Figure,
  },
  { description: 'A row at which something does not add up.' },
)
export type Drift = Static<typeof Drift>

export const AuditReport = named('AuditReport', {
  ok: Type.Boolean(),
  pools: Type.Integer({ description: 'How many were looked at.' }),
  reservations: Type.Integer({ description: 'How many were looked at.' }),
  drift: Type.Array(ref(Drift)),
})
export type AuditReport = Static<typeof AuditReport>

export const AuditQuery = Type.Object(
  { listing_id: Type.Optional(Id) },
  { additionalProperties: false },
)
