/** What a problem lists: lines that are short of something, and fields that are wrong. */

import { CalendarDate, Id, Time } from './scalars.js'
import { Type } from './schema/type.js'

/** A line that wants more than there is. */
export const ShortLine = Type.Object(
  {
    line: Type.Integer({
      minimum: 0,
      description:
        'Which of the lines sent, counted from 0; with `repeat` those of all weeks, week by week.',
    }),
    pool_id: Id,
    resource_id: Type.Optional(Id),
    block_id: Type.Optional(Id),
    night: Type.Optional(CalendarDate),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    requested: Type.Integer({ description: 'What all lines together ask of this pool.' }),
    available: Type.Integer({ description: 'What this reservation could have of it.' }),
    capacity: Type.Integer({ description: 'What the pool has when nothing is taken.' }),
  },
  { additionalProperties: false },
)

/** What is wrong with a field. */
export const FieldError = Type.Object(
  {
    path: Type.String({ description: 'A JSON pointer into what was sent.' }),
    message: Type.String(),
  },
  { additionalProperties: false },
)
