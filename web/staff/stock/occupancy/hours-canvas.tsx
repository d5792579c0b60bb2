import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { clockText, spanText } from '../../../shared/times.js'
import { type Days, daysOf, instantAt } from './geometry.js'
import { paint, ROW } from './paint.js'
import { type Cell, type Row, shareText, sumOf } from './taken.js'

interface HoursCanvasProps {
  readonly rows: readonly Row[]
  readonly zone: string
  readonly from: string
  /** The date after the last one. */
  readonly to: string
}

/**
 * What is taken of each resource, hour by hour. A month of fifty courts has thirty thousand slots: they are
 * painted, one path for each step of fullness, and the table below says the same in sums.
 */
export function HoursCanvas({ rows, zone, from, to }: HoursCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [turn, setTurn] = useState(0)
  const [shown, setShown] = useState<string>()
  const days = daysOf(zone, from, to, rows)
  const row = days.dates.length === 1 ? ROW.day : ROW.month

  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const watch = new ResizeObserver(() => setWidth(element.clientWidth))
    watch.observe(element)
    const scheme = window.matchMedia('(prefers-color-scheme: dark)')
    const again = () => setTurn((before) => before + 1)
    scheme.addEventListener('change', again)
    return () => {
      watch.disconnect()
      scheme.removeEventListener('change', again)
    }
  }, [])

  useLayoutEffect(() => {
    if (canvas.current !== null && width > 0)
      paint(canvas.current, { rows, days, zone, width, row })
  }, [rows, width, turn, from, to, zone])

  const sum = sumOf(rows.flatMap(({ cells }) => [...cells.values()]))
  const label = `${rows.length} resources, ${shareText(sum)} taken. The table below has the sums.`
  return (
    <div>
      <div class="hours card">
        <ol class={days.dates.length === 1 ? 'hours-names plain' : 'hours-names plain narrow'}>
          {rows.map(({ id, name }) => (
            <li key={id} title={name}>
              {name}
            </li>
          ))}
        </ol>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it sideways */}
        <section class="hours-scroll" aria-label="Hours, from left to right" tabIndex={0}>
          <canvas
            ref={canvas}
            class="hours-canvas"
            role="img"
            aria-label={label}
            onPointerMove={(event) => setShown(readoutOf(event, { rows, days, zone, row }))}
            onPointerLeave={() => setShown(undefined)}
          />
        </section>
      </div>
      <p class="small soft figures hours-readout" aria-hidden="true">
        {shown ?? 'Point at a slot to read it.'}
      </p>
    </div>
  )
}

interface Drawn {
  readonly rows: readonly Row[]
  readonly days: Days
  readonly zone: string
  readonly row: number
}

/** What is under the pointer, in a line. */
function readoutOf(event: PointerEvent, { rows, days, zone, row }: Drawn): string | undefined {
  const { offsetX, offsetY, currentTarget } = event
  const each = rows[Math.floor((offsetY - ROW.head) / row)]
  if (each === undefined || !(currentTarget instanceof HTMLElement)) return undefined
  const ms = instantAt(days, offsetX / currentTarget.clientWidth)
  const cell = [...each.cells.values()].find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)
  if (cell === undefined) return `${each.name}, ${clockText(zone, ms)}: nothing`
  return `${each.name}, ${textOf(cell, zone)}`
}

function textOf({ fromMs, toMs, taken, capacity }: Cell, zone: string): string {
  return `${spanText(zone, fromMs, toMs, 'short')}: ${taken} of ${capacity} taken`
}
