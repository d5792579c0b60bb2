import { dateText } from '../../../shared/times.js'
import { Empty } from '../../calls/shown.js'
import { ask } from '../../shell/ask.js'
import type { Exception } from './draft.js'
import { minuteOfClock, stretchOf, textOf } from './week.js'

interface ExceptionsProps {
  readonly exceptions: readonly Exception[]
  readonly today: string
  onChange(exceptions: readonly Exception[]): void
}

/** Dates that have hours of their own. Nothing is saved here: the schedule is saved as a whole. */
export function Exceptions({ exceptions, today, onChange }: ExceptionsProps) {
  const add = () =>
    ask<Exception>({
      title: 'Other hours on a date',
      text: 'These stand instead of those of the weekday. Leave the hours empty to be closed that day.',
      yes: 'Add to the schedule',
      fields: [
        { name: 'date', label: 'Date', type: 'date', value: today },
        { name: 'from', label: 'Open from', type: 'time', isOptional: true },
        {
          name: 'to',
          label: 'Until',
          type: 'time',
          isOptional: true,
          hint: 'Not later than the beginning: on the day after.',
        },
      ],
      act: async ({ date = today, from, to }) => {
        const isOpen =
          minuteOfClock(from ?? '') !== undefined && minuteOfClock(to ?? '') !== undefined
        const before = exceptions.find((each) => each.date === date)?.hours ?? []
        const hours = isOpen ? [...before, stretchOf({ from: from ?? '', to: to ?? '' })] : []
        return { ok: true, value: { date, hours } }
      },
      done: (added) => {
        const others = exceptions.filter(({ date }) => date !== added.date)
        onChange([...others, added].sort((a, b) => a.date.localeCompare(b.date)))
        return undefined
      },
    })
  return (
    <>
      {exceptions.length === 0 ? (
        <Empty title="No date has hours of its own">
          <p>Holidays, a tournament, a day off: add it here.</p>
        </Empty>
      ) : (
        <ul class="exceptions card plain">
          {exceptions.map(({ date, hours }) => (
            <li key={date}>
              <span class="figures">
                {dateText(date, 'long')}: {textOf(hours)}
              </span>
              <button
                type="button"
                class="button quiet"
                onClick={() => onChange(exceptions.filter((each) => each.date !== date))}
              >
                Remove<span class="heard"> {dateText(date, 'long')}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div>
        <button type="button" class="button" onClick={add}>
          Add a date
        </button>
      </div>
    </>
  )
}
