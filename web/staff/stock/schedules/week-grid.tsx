// biome-ignore-all lint/a11y/useSemanticElements: a grid that is drawn on is no table, and has no element of its own
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, and names its cell
import { useRef, useState } from 'preact/hooks'
import {
  clockOf,
  closed,
  MINUTES_PER_DAY,
  opened,
  openness,
  type Stretch,
  WEEKDAY_NAMES,
  WEEKDAYS,
  type Week,
  type Weekday,
} from './week.js'
import './week-grid.css'

interface WeekGridProps {
  readonly week: Week
  onChange(week: Week): void
}

const STEP = 30
/** What begins on a day may go on until six the next morning. */
const CELLS = 60
const PER_HOUR = 60 / STEP

interface Spot {
  readonly day: number
  readonly cell: number
}

/** Until when the pointer paints, and whether it opens or closes. */
interface Stroke {
  readonly day: number
  readonly opens: boolean
}

/**
 * The opening hours of a week, half an hour a cell. By keyboard: arrows move, space opens or closes, shift
 * with an arrow goes on with that. It is one stop for the Tab key; the cell in question is named to whoever
 * hears the page.
 */
export function WeekGrid({ week, onChange }: WeekGridProps) {
  const [spot, setSpot] = useState<Spot>({ day: 0, cell: 16 })
  const [isFocused, setFocused] = useState(false)
  const stroke = useRef<Stroke | undefined>(undefined)
  const grid = useRef<HTMLDivElement>(null)

  const set = ({ day, cell }: Spot, opens: boolean) => {
    const name = WEEKDAYS[day] ?? 'mon'
    const change = opens ? opened : closed
    onChange({ ...week, [name]: change(week[name], stretchAt(cell)) })
  }
  const toggle = (at: Spot) => {
    const opens = openness(week[WEEKDAYS[at.day] ?? 'mon'], stretchAt(at.cell)) === 'shut'
    stroke.current = { day: at.day, opens }
    set(at, opens)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === ' ' || event.key === 'Enter') {
      event.preventDefault()
      return toggle(spot)
    }
    const next = movedBy(event.key, spot)
    if (next === undefined) return
    event.preventDefault()
    setSpot(next)
    grid.current?.querySelector(`#${idOf(next)}`)?.scrollIntoView({ block: 'nearest' })
    if (event.shiftKey && stroke.current !== undefined) set(next, stroke.current.opens)
  }
  const onPointer = (event: PointerEvent, begins: boolean) => {
    const at = spotOf(event.target)
    if (at === undefined) return
    if (begins) {
      setSpot(at)
      return toggle(at)
    }
    const { current } = stroke
    if (event.buttons === 1 && current?.day === at.day) set(at, current.opens)
  }

  return (
    <div class="week-scroll card">
      <div
        ref={grid}
        class="week"
        role="grid"
        aria-label="Opening hours of a week"
        aria-describedby="week-keys"
        aria-multiselectable="true"
        aria-activedescendant={idOf(spot)}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onPointerDown={(event) => onPointer(event, true)}
        onPointerOver={(event) => onPointer(event, false)}
      >
        <Head />
        {Array.from({ length: CELLS }, (_, cell) => (
          <Line
            key={stretchAt(cell).from}
            week={week}
            cell={cell}
            here={isFocused ? spot : undefined}
          />
        ))}
      </div>
      <Hint />
    </div>
  )
}

function Hint() {
  return (
    <p class="week-keys small soft" id="week-keys">
      Draw with the pointer, or move with the arrow keys: Space opens or closes, Shift with an arrow
      goes on. Below the line is the morning after.
    </p>
  )
}

/** The days, one for each column. */
function Head() {
  return (
    <div role="row" class="week-row">
      <span role="columnheader">
        <span class="heard">Time</span>
      </span>
      {WEEKDAYS.map((day) => (
        <span key={day} role="columnheader">
          <abbr title={WEEKDAY_NAMES[day]}>{WEEKDAY_NAMES[day].slice(0, 3)}</abbr>
        </span>
      ))}
    </div>
  )
}

interface LineProps {
  readonly week: Week
  readonly cell: number
  /** Where the keyboard is. */
  readonly here: Spot | undefined
}

/** Half an hour of every day. */
function Line({ week, cell, here }: LineProps) {
  return (
    <div role="row" class={rowClass(cell)}>
      <span role="rowheader">
        <span class={cell % PER_HOUR === 0 ? undefined : 'heard'}>{timeText(cell)}</span>
      </span>
      {WEEKDAYS.map((day, index) => (
        <Cell
          key={day}
          day={day}
          at={{ day: index, cell }}
          stretches={week[day]}
          isHere={here?.day === index && here.cell === cell}
        />
      ))}
    </div>
  )
}

interface CellProps {
  readonly day: Weekday
  readonly at: Spot
  readonly stretches: readonly Stretch[]
  readonly isHere: boolean
}

function Cell({ day, at, stretches, isHere }: CellProps) {
  const stretch = stretchAt(at.cell)
  const state = openness(stretches, stretch)
  const end = stretch.from >= MINUTES_PER_DAY ? ' the day after' : ''
  const label = `${WEEKDAY_NAMES[day]} ${clockOf(stretch.from)} to ${clockOf(stretch.to)}${end}`
  return (
    <span
      id={idOf(at)}
      role="gridcell"
      class={isHere ? `${state} here` : state}
      aria-selected={state !== 'shut'}
      aria-label={`${label}, ${state}`}
    />
  )
}

function stretchAt(cell: number): Stretch {
  return { from: cell * STEP, to: (cell + 1) * STEP }
}

/** A line above each hour, a stronger one at midnight. */
function rowClass(cell: number): string {
  if (cell % PER_HOUR !== 0) return 'week-row'
  return stretchAt(cell).from === MINUTES_PER_DAY ? 'week-row hour midnight' : 'week-row hour'
}

function timeText(cell: number): string {
  return clockOf(stretchAt(cell).from)
}

function idOf({ day, cell }: Spot): string {
  return `week-${day}-${cell}`
}

function spotOf(target: EventTarget | null): Spot | undefined {
  const found = target instanceof Element ? /^week-(\d)-(\d+)$/.exec(target.id) : null
  return found === null ? undefined : { day: Number(found[1]), cell: Number(found[2]) }
}

function movedBy(key: string, { day, cell }: Spot): Spot | undefined {
  const last = WEEKDAYS.length - 1
  switch (key) {
    case 'ArrowUp':
      return { day, cell: Math.max(0, cell - 1) }
    case 'ArrowDown':
      return { day, cell: Math.min(CELLS - 1, cell + 1) }
    case 'ArrowLeft':
      return { day: Math.max(0, day - 1), cell }
    case 'ArrowRight':
      return { day: Math.min(last, day + 1), cell }
    case 'Home':
      return { day, cell: 0 }
    case 'End':
      return { day, cell: CELLS - 1 }
    default:
      return undefined
  }
}
