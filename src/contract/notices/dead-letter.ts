/** Dead letters: what somebody was to be told of a listing, and was not. */
import type { Static } from 'typebox'
import { EVENT_KINDS, type EventKind } from '../../domain/event.js'
import { Id, NullableTime, named, nullable, pageOf } from '../scalars.js'
import { Type } from '../schema/type.js'

export const DeadLetter = named(
  'DeadLetter',
  {
    id: Id,
    event_id: {
      ...Id,
      description: 'The id under which it was told, or was to be; it stays the same.',
    } as typeof Id,
    kind: Type.Unsafe<EventKind>({ type: 'string', enum: EVENT_KINDS }),
    subject_id: {
      ...Id,
      description: 'The reservation, the block or the pool that it is about.',
    } as typeof Id,
    destination: Type.String({ description: 'Who was to be told: `email:customer`, for one.' }),
    attempts: Type.Integer({ minimum: 0 }),
    status: nullable<number>('integer', {
      description: 'What the destination answered last: a status of SMTP or HTTP.',
    }),
    reason: nullable<string>('string', { description: 'Why the last attempt failed.' }),
    state: Type.Unsafe<'due' | 'dead' | 'needless'>({
      type: 'string',
      enum: ['due', 'dead', 'needless'],
      description:
        '`dead` on the list; `due` once it is sent again, `needless` once it is dismissed.',
    }),
    ended_at: NullableTime,
  },
  { description: 'A delivery that was given up. It stays until it is sent again or dismissed.' },
)
export type DeadLetter = Static<typeof DeadLetter>

export const DeadLetterPage = pageOf(DeadLetter)
