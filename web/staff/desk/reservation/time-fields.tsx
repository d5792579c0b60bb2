import { addDays, clockText, dateOf, instantOf, minuteOf } from '../../../shared/times.js'
import { client } from '../../api.js'
import { useResource } from '../../calls/use-resource.js'
import type { FieldsProps, TimeDraft } from './drafts.js'

const MS_PER_MINUTE = 60_000

interface TimeFieldsProps extends FieldsProps<TimeDraft> {
  readonly listingId: string
}

/** A day, and one of its slots; any start and end where ranges are sold. Times are the place's own. */
export function TimeFields({ id, draft, names, onChange, listingId }: TimeFieldsProps) {
  const { resourceId, from, to } = draft
  const zone = names.zoneOf(resourceId)
  const date = dateOf(zone, Date.parse(from))
  const offered = useResource(`times ${resourceId} ${date}`, (signal) =>
    client.availability(listingId, {
      ...{ from: date, to: addDays(date, 1), resource_id: resourceId, signal },
    }),
  )
  const onOffer = offered.value?.resources?.find((each) => each.id === resourceId)
  const move = (changes: Parameters<typeof moved>[2]) => onChange(moved(draft, zone, changes))
  return (
    <>
      <div class="field">
        <label for={`${id}-resource`}>What</label>
        <select
          id={`${id}-resource`}
          class="input"
          value={resourceId}
          onChange={({ currentTarget }) => onChange({ ...draft, resourceId: currentTarget.value })}
        >
          {names.resources.map((resource) => (
            <option key={resource.id} value={resource.id}>
              {resource.name}
            </option>
          ))}
        </select>
      </div>
      <div class="field narrow">
        <label for={`${id}-date`}>Day</label>
        <input
          id={`${id}-date`}
          class="input"
          type="date"
          required
          value={date}
          onChange={({ currentTarget }) => move({ date: currentTarget.value })}
        />
      </div>
      {onOffer?.free === undefined ? (
        <div class="field narrow">
          <label for={`${id}-slot`}>Time</label>
          <select
            id={`${id}-slot`}
            class="input figures"
            value={`${from} ${to}`}
            onChange={({ currentTarget }) => {
              const [start = from, end = to] = currentTarget.value.split(' ')
              onChange({ ...draft, from: start, to: end })
            }}
          >
            {slotsOf(draft, onOffer?.pools ?? []).map((slot) => (
              <option key={slot.from} value={`${slot.from} ${slot.to}`}>
                {clockText(zone, Date.parse(slot.from))}–{clockText(zone, Date.parse(slot.to))}
              </option>
            ))}
          </select>
        </div>
      ) : (
        <RangeFields id={id} draft={draft} names={names} onChange={onChange} />
      )}
    </>
  )
}

/** The slots that are free, and the one that is chosen, free or not. */
function slotsOf(
  { from, to }: TimeDraft,
  pools: readonly { readonly from: string; readonly to: string; readonly available: number }[],
) {
  const free = pools.filter((slot) => slot.available > 0 || slot.from === from)
  const isAmong = free.some((slot) => slot.from === from && slot.to === to)
  return isAmong ? free : [{ from, to }, ...free]
}

function RangeFields({ id, draft, names, onChange }: FieldsProps<TimeDraft>) {
  const zone = names.zoneOf(draft.resourceId)
  return (
    <>
      <div class="field narrow">
        <label for={`${id}-from`}>From</label>
        <input
          id={`${id}-from`}
          class="input"
          type="time"
          required
          value={timeOf(zone, draft.from)}
          onChange={({ currentTarget }) =>
            onChange(moved(draft, zone, { start: currentTarget.value }))
          }
        />
      </div>
      <div class="field narrow">
        <label for={`${id}-to`}>To</label>
        <input
          id={`${id}-to`}
          class="input"
          type="time"
          required
          value={timeOf(zone, draft.to)}
          onChange={({ currentTarget }) =>
            onChange(moved(draft, zone, { end: currentTarget.value }))
          }
        />
      </div>
    </>
  )
}

/** `18:00`, as a field for a time wants it. */
function timeOf(zone: string, time: string): string {
  const minute = minuteOf(zone, Date.parse(time))
  const two = (part: number) => String(part).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}

const minutesIn = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/**
 * The draft at another day, start or end by the clocks of the place. An end that is not after the start is
 * on the day after; what a field has while it is empty changes nothing.
 */
export function moved(
  draft: TimeDraft,
  zone: string,
  changes: { readonly date?: string; readonly start?: string; readonly end?: string },
): TimeDraft {
  const { date = dateOf(zone, Date.parse(draft.from)) } = changes
  const { start = timeOf(zone, draft.from), end = timeOf(zone, draft.to) } = changes
  if (date === '' || start === '' || end === '') return draft
  const [startMinute, endMinute] = [minutesIn(start), minutesIn(end)]
  const untilMinute = endMinute > startMinute ? endMinute : endMinute + 24 * 60
  const fromMs = instantOf(zone, date, startMinute)
  if (fromMs === undefined) return draft
  const toMs =
    instantOf(zone, date, untilMinute) ?? fromMs + (untilMinute - startMinute) * MS_PER_MINUTE
  return { ...draft, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
}
