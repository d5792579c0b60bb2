/** The frame of a chart: axes with round figures, a title and a description for those who cannot see it. */
import { type Markup, markup, NOTHING } from './markup.js'
import { figure } from './words.js'

export interface Plot {
  /** Unique in the page; names the title and the description. */
  readonly id: string
  readonly title: string
  /** What the chart shows, in words and figures. */
  readonly tells: string
  /** The largest value of each axis; both begin at 0. */
  readonly xMax: number
  readonly yMax: number
  readonly xLabel: string
  readonly yLabel: string
}

/** Where a value is drawn. */
export interface Scales {
  x(value: number): number
  y(value: number): number
}

export const WIDTH = 640
const HEIGHT = 220
const MARGIN = { top: 12, right: 16, bottom: 40, left: 56 }
const TICKS = 4

/** @param draw what is drawn into the frame */
export function plot(
  { id, title, tells, xLabel, yLabel, ...extent }: Plot,
  draw: (scales: Scales) => Markup,
): Markup {
  const xMax = extent.xMax > 0 ? extent.xMax : 1
  const yTicks = ticksUpTo(extent.yMax)
  const yMax = yTicks.at(-1) ?? 1
  const inner = {
    width: WIDTH - MARGIN.left - MARGIN.right,
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  }
  const scales: Scales = {
    x: (value) => round(MARGIN.left + (value / xMax) * inner.width),
    y: (value) => round(MARGIN.top + inner.height - (value / yMax) * inner.height),
  }
  const xTicks = ticksUpTo(xMax).filter((tick) => tick <= xMax)
  const foot = MARGIN.top + inner.height
  return markup`<figure>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-tells">
<title id="${id}-title">${title}</title>
<desc id="${id}-tells">${tells}</desc>
${yTicks.map(
  (
    tick,
  ) => markup`<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${scales.y(tick)}" y2="${scales.y(tick)}"/>
<text class="tick" x="${MARGIN.left - 6}" y="${scales.y(tick) + 4}" text-anchor="end">${figure(tick)}</text>`,
)}
${xTicks.map(
  (tick) =>
    markup`<text class="tick" x="${scales.x(tick)}" y="${foot + 16}" text-anchor="middle">${figure(tick)}</text>`,
)}
<text class="tick" x="${WIDTH - MARGIN.right}" y="${HEIGHT - 6}" text-anchor="end">${xLabel}</text>
${draw(scales)}
<line class="axis" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${foot}" y2="${foot}"/>
</svg>
<figcaption>${title}${yLabel === '' ? NOTHING : markup` <small>${yLabel}</small>`}</figcaption>
</figure>`
}

/** Round figures from 0 up to the first that is not below `max`. Exported for tests: axes have them. */
export function ticksUpTo(max: number): number[] {
  const most = Number.isFinite(max) && max > 0 ? max : 1
  const rough = most / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10)
  const count = Math.ceil(most / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)))
}

/** A tenth of a unit is finer than any screen. */
export function round(value: number): number {
  return Math.round(value * 10) / 10
}
