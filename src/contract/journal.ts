/** The journal: what was changed, when, by whom and why. */
import type { Static } from 'typebox'
import { JOURNAL_KINDS, type JournalKind } from '../domain/journal.js'
import { Id, Moment, named, nullable, PAGE_QUERY, pageOf, ref, Time, text } from './scalars.js'
import { Type } from './schema/type.js'

const kind = Type.Unsafe<JournalKind>({ type: 'string', enum: JOURNAL_KINDS })

/** Units that moved: the version of the pool that this brought about. */
export const Move = named('Move', {
  pool_id: Id,
  quantity: Type.Integer(),
  version: Type.Integer(),
})
export type Move = Static<typeof Move>

export const RefundStep = named('RefundStep', {
  payment_ref: Type.String(),
  reason: Type.String({ description: 'Why it was due: `cancelled`, or the code of a refusal.' }),
  becomes: Type.Unsafe<'due' | 'settled' | 'withdrawn'>({
    type: 'string',
    enum: ['due', 'settled', 'withdrawn'],
    description: '`withdrawn`: the payment has paid for a reservation after all.',
  }),
})
export type RefundStep = Static<typeof RefundStep>

export const JournalEntry = named(
  'JournalEntry',
  {
    id: Id,
    at: Time,
    kind,
    reservation_id: nullable<string>('string', { description: 'The reservation that changed.' }),
    pool_id: nullable<string>('string', {
      description: 'The pool that was created, or whose capacity, time or terms changed.',
    }),
    resource_id: nullable<string>('string', {
      description: 'The resource that was set, or whose schedule was.',
    }),
    block_id: nullable<string>('string', { description: 'The block that was set.' }),
    actor: nullable<string>('string', {
      description:
        'Who did it: `key:` and the id of an API key, `app:` and the name of an application, or ' +
        '`system`; null for entries that are older than this field.',
    }),
    reason: nullable<string>('string', { description: 'Why, where the actor said so.' }),
    version: Type.Integer({
      description: 'What the reservation, the pool or what was set has from then on.',
    }),
    taken: Type.Optional(Type.Array(ref(Move), { description: 'Units that were taken.' })),
    given_back: Type.Optional(
      Type.Array(ref(Move), { description: 'Units that were given back.' }),
    ),
    expires_at: Type.Optional(Time),
    payment_ref: Type.Optional(Type.String()),
    refunds: Type.Optional(Type.Array(ref(RefundStep))),
    capacity_from: Type.Optional(Type.Integer()),
    capacity_to: Type.Optional(Type.Integer()),
    settings_from: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'What was set before, of what changed, by the names of the columns.',
      }),
    ),
    settings_to: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What is set from then on.' }),
    ),
  },
  {
    description:
      'One change. Entries are never changed and never deleted, but for the reasons of a customer who ' +
      'was erased.',
  },
)
export type JournalEntry = Static<typeof JournalEntry>

export const JournalEntryPage = pageOf(JournalEntry)

export const JournalQuery = Type.Object(
  {
    ...PAGE_QUERY,
    kind: Type.Optional(kind),
    reservation_id: Type.Optional(Id),
    resource_id: Type.Optional(Id),
    block_id: Type.Optional(Id),
    actor: Type.Optional(text(100, 'As entries have it.')),
    since: Type.Optional(Moment),
    until: Type.Optional(Moment),
  },
  { additionalProperties: false },
)
