/**
 * Line charts as SVG, written by hand: a picture in a document needs no library. The page behind is
 * light or dark, so there is no background, the ink follows the reader's scheme, and the colours
 * are such as can be told apart on either and by most eyes.
 */

export interface Line {
  readonly name: string
  readonly points: readonly {
    readonly x: number
    readonly y: number
    readonly from: number
    readonly to: number
  }[]
  /** Drawn on top and thicker. */
  readonly strong?: boolean
}

export interface Chart {
  readonly title: string
  readonly xTitle: string
  readonly yTitle: string
  /** Every place on the x axis, in order; they stand equally far apart. */
  readonly xs: readonly number[]
  readonly xLabel: (x: number) => string
  readonly lines: readonly Line[]
  /** Levels to compare with. */
  readonly levels: readonly { readonly name: string; readonly y: number }[]
}

const WIDTH = 460
const HEIGHT = 380
const LEFT = 62
const RIGHT = 122
const TOP = 44
const BOTTOM = 52
const LABEL_HEIGHT = 14
const COLOURS = ['#6b7fd7', '#2a9d8f', '#c77d1e', '#b5548b', '#7a8b99', '#4f9d3a', '#d1495b']

/** Charts side by side in one picture; every y axis is logarithmic and reaches equally far. */
export function pictureOf(title: string, charts: readonly Chart[]): string {
  const ys = charts.flatMap((chart) => [
    ...chart.lines.flatMap((line) => line.points.flatMap(({ from, to }) => [from, to])),
    ...chart.levels.map((level) => level.y),
  ])
  const positive = ys.filter((y) => y > 0)
  const bounds = { low: floorOf(Math.min(...positive)), high: Math.max(...positive) * 1.15 }
  const names = [...new Set(charts.flatMap((chart) => chart.lines.map((line) => line.name)))]
  const colourOf = (name: string) => COLOURS[names.indexOf(name) % COLOURS.length] ?? 'gray'
  const width = WIDTH * charts.length
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    '<style>.ink{fill:#24292f}.grid{stroke:#8b949e;stroke-opacity:.3}.level{stroke:#8b949e;stroke-dasharray:4 4}.soft{fill:#6e7781}@media(prefers-color-scheme:dark){.ink{fill:#e6edf3}.soft{fill:#9da7b1}}</style>',
    ...charts.map(
      (chart, i) => `<g transform="translate(${i * WIDTH} 0)">${body(chart, bounds, colourOf)}</g>`,
    ),
    '</svg>',
    '',
  ].join('\n')
}

interface Bounds {
  readonly low: number
  readonly high: number
}

function body(chart: Chart, bounds: Bounds, colourOf: (name: string) => string): string {
  const step = (WIDTH - LEFT - RIGHT) / Math.max(1, chart.xs.length - 1)
  const xAt = (x: number) => round(LEFT + chart.xs.indexOf(x) * step)
  const yAt = (y: number) => {
    const part = Math.log(y / bounds.low) / Math.log(bounds.high / bounds.low)
    return round(HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM))
  }
  const right = WIDTH - RIGHT
  const ticks = ticksOf(bounds).map(
    (y) =>
      `<line class="grid" x1="${LEFT}" x2="${right}" y1="${yAt(y)}" y2="${yAt(y)}"/>${text(LEFT - 8, yAt(y) + 4, y.toLocaleString('en-US'), 'soft', 'end')}`,
  )
  const places = chart.xs.map((x) =>
    text(xAt(x), HEIGHT - BOTTOM + 20, chart.xLabel(x), 'soft', 'middle'),
  )
  const levels = chart.levels.map(
    ({ y }) => `<line class="level" x1="${LEFT}" x2="${right}" y1="${yAt(y)}" y2="${yAt(y)}"/>`,
  )
  const lines = chart.lines
    .toSorted((a, b) => Number(a.strong ?? false) - Number(b.strong ?? false))
    .map((line) => lineOf(line, colourOf(line.name), xAt, yAt))
  return [
    text(LEFT, 20, chart.title, 'ink', 'start', 'font-weight="600" font-size="14"'),
    text(LEFT, 36, chart.yTitle, 'soft', 'start'),
    text((LEFT + right) / 2, HEIGHT - 12, chart.xTitle, 'soft', 'middle'),
    ...ticks,
    ...places,
    ...levels,
    ...lines,
    ...labels(chart, yAt, colourOf),
  ].join('\n')
}

function lineOf(
  { points, strong = false }: Line,
  colour: string,
  xAt: (x: number) => number,
  yAt: (y: number) => number,
): string {
  const seen = points.filter(({ y, from }) => y > 0 && from > 0)
  const path = seen.map(({ x, y }) => `${xAt(x)},${yAt(y)}`).join(' ')
  const marks = seen.map(
    ({ x, y, from, to }) =>
      `<line x1="${xAt(x)}" x2="${xAt(x)}" y1="${yAt(from)}" y2="${yAt(to)}"/><circle cx="${xAt(x)}" cy="${yAt(y)}" r="${strong ? 3.5 : 2.5}" fill="${colour}"/>`,
  )
  return `<g stroke="${colour}" stroke-width="${strong ? 3 : 1.5}"><polyline fill="none" points="${path}"/>${marks.join('')}</g>`
}

/** Names stand at the end of their lines, pushed apart where they would cover each other. */
function labels(
  chart: Chart,
  yAt: (y: number) => number,
  colourOf: (name: string) => string,
): string[] {
  const wanted = [
    ...chart.lines.flatMap((line) => {
      const last = line.points.at(-1)
      return last === undefined || last.y <= 0
        ? []
        : [{ name: line.name, y: yAt(last.y), colour: colourOf(line.name) }]
    }),
    ...chart.levels.map(({ name, y }) => ({ name, y: yAt(y), colour: '' })),
  ].sort((a, b) => a.y - b.y)
  let lowest = Number.NEGATIVE_INFINITY
  return wanted.map(({ name, y, colour }) => {
    lowest = Math.max(y, lowest + LABEL_HEIGHT)
    const fill = colour === '' ? '' : `style="fill:${colour}"`
    return text(WIDTH - RIGHT + 8, lowest + 4, name, 'soft', 'start', fill)
  })
}

/** 1, 2 and 5 of every power of ten within the bounds. */
function ticksOf({ low, high }: Bounds): number[] {
  const ticks: number[] = []
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    ticks.push(...[power, 2 * power, 5 * power].filter((tick) => tick >= low && tick <= high))
  }
  return ticks
}

/** The next lower 1, 2 or 5 of a power of ten. */
function floorOf(y: number): number {
  const power = 10 ** Math.floor(Math.log10(y))
  return [5, 2, 1].map((digit) => digit * power).find((tick) => tick <= y) ?? power
}

function text(
  x: number,
  y: number,
  words: string,
  kind: string,
  anchor: string,
  more = '',
): string {
  return `<text class="${kind}" x="${x}" y="${y}" text-anchor="${anchor}" ${more}>${escaped(words)}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
