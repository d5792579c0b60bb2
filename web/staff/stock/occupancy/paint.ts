/** Paints what is taken by the hour, one path for each step of fullness. */
import { clockText, dateText } from '../../../shared/times.js'
import { type Days, placeOf } from './geometry.js'
import { levelOf, type Row } from './taken.js'

/** Heights in pixels; `.hours-names` has the same. */
export const ROW = { head: 32, day: 34, month: 18 } as const

interface Picture {
  readonly rows: readonly Row[]
  readonly days: Days
  readonly zone: string
  readonly width: number
  /** The height of a row. */
  readonly row: number
}

/** Shares of the accent over the paper, from free to full. */
const ALPHAS = [0.16, 0.3, 0.44, 0.66, 1] as const
const GAP = 1

/** Notes in the page's own timeline how long it took, as `hours painted`. */
export function paint(canvas: HTMLCanvasElement, picture: Picture): void {
  const start = performance.now()
  const { rows, width, row } = picture
  const height = ROW.head + rows.length * row
  const scale = window.devicePixelRatio
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  canvas.style.height = `${height}px`
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(scale, scale)
  const style = getComputedStyle(canvas)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  paintLines(context, picture, colour('--line'))
  paintTimes(context, picture, { ink: colour('--ink-soft'), font: style.fontFamily })
  paintFree(context, picture, colour('--accent'))
  paintCells(context, picture, colour('--accent'))
  performance.measure('hours painted', { start })
}

type Context = CanvasRenderingContext2D

function paintLines(context: Context, { rows, days, width, row }: Picture, line: string): void {
  const height = ROW.head + rows.length * row
  context.fillStyle = line
  for (let index = 0; index <= rows.length; index += 1) {
    context.fillRect(0, ROW.head + index * row, width, 1)
  }
  for (let day = 1; day < days.dates.length; day += 1) {
    context.fillRect(Math.round((day * width) / days.dates.length), ROW.head, 1, height)
  }
}

function paintTimes(
  context: Context,
  { days, zone, width }: Picture,
  { ink, font }: { readonly ink: string; readonly font: string },
): void {
  const { dates, midnightsMs, firstHour, lastHour } = days
  context.fillStyle = ink
  context.font = `12px ${font}`
  context.textBaseline = 'middle'
  const middle = ROW.head / 2
  if (dates.length === 1) {
    const hours = lastHour - firstHour
    const step = Math.max(1, Math.ceil((hours * 48) / width))
    for (let hour = 0; hour < hours; hour += step) {
      const ms = (midnightsMs[0] ?? 0) + (firstHour + hour) * 3_600_000
      context.fillText(clockText(zone, ms), (hour * width) / hours + 2, middle)
    }
    return
  }
  const step = Math.max(1, Math.ceil((dates.length * 24) / width))
  for (let day = 0; day < dates.length; day += step) {
    const date = dates[day] ?? ''
    const text = dates.length <= 7 ? dateText(date, 'short') : String(Number(date.slice(8)))
    context.fillText(text, (day * width) / dates.length + 2, middle)
  }
}

/** Where ranges are sold: what is open and nobody's. */
function paintFree(context: Context, { rows, days, width, row }: Picture, accent: string): void {
  context.beginPath()
  for (const [index, { free }] of rows.entries()) {
    for (const span of free) {
      const place = placeOf(days, span)
      if (place === undefined) continue
      const [left, right] = [place.left * width, place.right * width]
      context.rect(left, ROW.head + index * row + 3, Math.max(1, right - left), row - 5)
    }
  }
  context.globalAlpha = ALPHAS[0]
  context.fillStyle = accent
  context.fill()
  context.globalAlpha = 1
}

function paintCells(context: Context, { rows, days, width, row }: Picture, accent: string): void {
  const paths = ALPHAS.map(() => new Path2D())
  for (const [index, { cells }] of rows.entries()) {
    for (const cell of cells.values()) {
      const place = placeOf(days, cell)
      if (place === undefined) continue
      const left = place.left * width
      const wide = place.right * width - left
      const gap = wide > 4 ? GAP : 0
      paths[levelOf(cell)]?.rect(
        ...([left + gap, ROW.head + index * row + 3] as const),
        ...([Math.max(0.5, wide - 2 * gap), row - 5] as const),
      )
    }
  }
  context.fillStyle = accent
  for (const [level, path] of paths.entries()) {
    context.globalAlpha = ALPHAS[level] ?? 1
    context.fill(path)
  }
  context.globalAlpha = 1
}
