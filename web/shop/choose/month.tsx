/** A month of nights as a table, moved through with the arrow keys. */
import { type Signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { addDays, dateText, mondayOf } from '../../shared/times.js'
import { type Nights, whyNoArrival, whyNoStay } from '../booking/stays.js'
import { WEEKS } from './use-nights.js'

interface MonthProps {
  readonly nights: Nights
  readonly quantity: number
  readonly today: string
  /** Its first day. */
  readonly month: Signal<string>
  readonly checkIn: string | undefined
  readonly checkOut: string | undefined
  readonly onPick: (date: string) => void
}

const STEPS: { readonly [key: string]: number } = {
  ...{ ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 },
}

export function MonthOfNights(props: MonthProps) {
  const { month, today } = props
  const body = useRef<HTMLTableSectionElement>(null)
  const current = useSignal(today)
  const first = mondayOf(month.value)
  const dates = Array.from({ length: WEEKS * 7 }, (_, i) => addDays(first, i))
  const reachable = dates.includes(current.value) ? current.value : month.value
  const weeks = Array.from({ length: WEEKS }, (_, i) => dates.slice(i * 7, i * 7 + 7)).filter(
    (week) => week.some((date) => date.slice(0, 7) === month.value.slice(0, 7)),
  )
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (step === undefined) return
    event.preventDefault()
    // Whoever is fast presses again before anything is drawn: the focus says where they are.
    const next = addDays((event.target as HTMLElement).dataset['date'] ?? reachable, step)
    if (next < today) return
    current.value = next
    if (next.slice(0, 7) !== month.value.slice(0, 7)) month.value = `${next.slice(0, 7)}-01`
    const focus = () => {
      const night = body.current?.querySelector<HTMLElement>(`[data-date="${next}"]`)
      night?.focus()
      return night !== null && night !== undefined
    }
    if (!focus()) requestAnimationFrame(focus)
  }
  return (
    <div class="month">
      <header class="pager">
        <h2 aria-live="polite">{dateText(month.value, 'month')}</h2>
        <MonthStep {...props} label="The month before" days={-1} />
        <MonthStep {...props} label="The month after" days={31} />
      </header>
      <p class="soft small">Below each day: the rooms that are left for the night.</p>
      <table class="calendar">
        <thead>
          <tr>
            {dates.slice(0, 7).map((date) => (
              <th key={date} scope="col">
                {dateText(date, 'weekday')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {weeks.map((week) => (
            <tr key={week[0]}>
              {week.map((date) => (
                <td key={date}>
                  <NightOf {...props} date={date} isReachable={date === reachable} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function MonthStep({
  month,
  today,
  label,
  days,
}: Pick<MonthProps, 'month' | 'today'> & { readonly label: string; readonly days: number }) {
  const target = `${addDays(month.value, days).slice(0, 7)}-01`
  return (
    <button
      type="button"
      class="button quiet"
      aria-label={label}
      disabled={target.slice(0, 7) < today.slice(0, 7)}
      onClick={() => {
        month.value = target
      }}
    >
      {days < 0 ? '←' : '→'}
    </button>
  )
}

interface NightProps extends MonthProps {
  readonly date: string
  readonly isReachable: boolean
}

function NightOf({ nights, quantity, today, month, date, isReachable, ...stay }: NightProps) {
  const { checkIn, checkOut, onPick } = stay
  if (date < today) return <span class="night over">{Number(date.slice(8))}</span>
  const left = nights.get(date)?.available ?? 0
  const isLeaving = checkIn !== undefined && checkOut === undefined && date > checkIn
  const why = isLeaving
    ? whyNoStay(nights, { checkIn, checkOut: date, quantity })
    : whyNoArrival(nights, date, quantity)
  const shown = nights.get(date)?.on_sale === true ? (left === 0 ? 'full' : String(left)) : '–'
  const isEnd = date === checkIn || date === checkOut
  const isWithin =
    checkIn !== undefined && checkOut !== undefined && date > checkIn && date < checkOut
  const look = [
    'night figures',
    isEnd ? 'end' : '',
    isWithin ? 'within' : '',
    date.slice(0, 7) === month.value.slice(0, 7) ? '' : 'beside',
  ]
  return (
    <button
      type="button"
      class={look.join(' ')}
      data-date={date}
      tabIndex={isReachable ? 0 : -1}
      aria-pressed={isEnd}
      aria-disabled={why !== undefined}
      onClick={() => onPick(date)}
    >
      <span class="heard">{dateText(date, 'weekday')} </span>
      <span class="number">{Number(date.slice(8))}</span>
      <span class="heard"> {dateText(date, 'month')}, </span>
      <span class="left">{shown}</span>
      <span class="heard">{why === undefined ? ' left' : why === shown ? '' : `, ${why}`}</span>
    </button>
  )
}
