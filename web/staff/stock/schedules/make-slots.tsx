import type { GeneratedSlots, Listing, Resource } from 'holdfast/client'
import { addDays, dateText } from '../../../shared/times.js'
import { client } from '../../api.js'
import { ask } from '../../shell/ask.js'
import { count } from './effect.js'
import type { Scheduled } from './load.js'

interface MakeSlotsProps {
  readonly listing: Listing
  readonly resource: Resource
  readonly scheduled: Scheduled
  onDone(): void
}

const WEEKS = 28

/** Puts slots on sale for a span of dates, and closes free ones that are no longer in the schedule. */
export function MakeSlots({ listing, resource, scheduled, onDone }: MakeSlotsProps) {
  const { from, lastDate } = scheduled
  const make = () =>
    ask<GeneratedSlots>({
      title: `Make the slots of ${resource.name}`,
      text: 'The slots of these dates become those of the schedule. Sold ones stay as they are.',
      yes: 'Make the slots',
      fields: [
        { name: 'from', label: 'From', type: 'date', value: from },
        {
          ...{ name: 'to', label: 'Up to, not included', type: 'date' as const },
          value: lastDate === undefined ? addDays(from, WEEKS) : addDays(lastDate, 1),
          hint: 'At most a year and 5,000 slots at once.',
        },
      ],
      asksReason: true,
      act: ({ from: first = '', to = '', reason }) =>
        client.slots.generate(listing.id, resource.id, {
          ...{ from: first, to },
          ...(reason === undefined ? {} : { reason }),
        }),
      done: (made) => {
        onDone()
        return madeText(made)
      },
    })
  return (
    <div class="make-slots">
      <p>
        {lastDate === undefined
          ? 'There are no slots in the year to come.'
          : `There are slots until ${dateText(lastDate, 'long')}.`}
      </p>
      <button type="button" class="button" onClick={make}>
        Make slots
      </button>
    </div>
  )
}

function madeText({ opened, kept, closed, blocked }: GeneratedSlots): string {
  const parts = [`${opened} new`, `${kept} kept`, `${closed} closed`]
  const tail =
    blocked.length === 0
      ? ''
      : ` ${count(blocked.length, 'slot')} could not be made: somebody has that time.`
  return `Slots made: ${parts.join(', ')}.${tail}`
}
