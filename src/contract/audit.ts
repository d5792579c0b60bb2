/** What an audit found. */
import Type, { type Static } from 'typebox'
import { Id, named, ref } from './scalars.js'

export const Drift = named(
  'Drift',
  {
    listing_id: Id,
    pool_id: Id,
    check: Type.String({ description: 'Which two tellings of the history disagree.' }),
    expected: Type.Number(),
    actual: Type.Number(),
  },
  { description: 'A pool at which something does not add up.' },
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
