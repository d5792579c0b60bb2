/** A witness as a picture: a row for each request, its bar from the call to the answer. */
import type { Timeline, TimelineBar } from '../checker/exact/timeline.js'
import { plural } from '../words.js'
import { type Markup, markup, NOTHING } from './markup.js'
import { round, WIDTH } from './plot.js'
import { duration } from './words.js'

const ROW = 34
const NAME = 90
/** The last requests show how it came about; the rest is counted. */
const ROWS_MAX = 12
const FACTS_MAX = 12

export function witnessChart(id: string, title: string, timeline: Timeline): Markup {
  const bars = timeline.bars.slice(-ROWS_MAX)
  const before = timeline.bars.length - bars.length
  const facts = timeline.facts.slice(0, FACTS_MAX)
  const hidden = timeline.facts.length - facts.length
  return markup`${before > 0 ? markup`<p>${plural(before, 'request')} before these, and</p>` : NOTHING}
${bars.length > 0 ? drawn(id, title, bars) : NOTHING}
${facts.length > 0 ? markup`<ul>${facts.map((fact) => markup`<li>${fact}</li>`)}${hidden > 0 ? markup`<li>… and ${plural(hidden, 'more row')}</li>` : NOTHING}</ul>` : NOTHING}`
}

function drawn(id: string, title: string, bars: readonly TimelineBar[]): Markup {
  const fromNs = Math.min(...bars.map((bar) => bar.fromNs))
  const toNs = Math.max(...bars.map((bar) => bar.toNs ?? bar.fromNs))
  const span = Math.max(1, toNs - fromNs)
  const x = (ns: number) => round(NAME + ((ns - fromNs) / span) * (WIDTH - NAME - 4))
  const tells = bars.map((bar) => sentenceOf(bar, fromNs)).join('; ')
  const foot = bars.length * ROW
  return markup`<figure>
<svg viewBox="0 0 ${WIDTH} ${foot + 20}" role="img" aria-labelledby="${id}-title ${id}-tells">
<title id="${id}-title">${title}</title>
<desc id="${id}-tells">${tells}.</desc>
${bars.map((bar, i) => rowOf(bar, i * ROW, x))}
<text class="tick" x="${NAME}" y="${foot + 14}">0</text>
<text class="tick" x="${WIDTH - 4}" y="${foot + 14}" text-anchor="end">${duration(span / 1e6)}</text>
</svg>
</figure>`
}

const TONES = { ok: 'good', refused: 'bad', conflict: 'light', unknown: 'light' } as const

function rowOf(bar: TimelineBar, y: number, x: (ns: number) => number): Markup {
  const from = x(bar.fromNs)
  const to = bar.toNs === null ? WIDTH - 4 : x(bar.toNs)
  const open = bar.toNs === null ? ' open' : ''
  // Words begin with their bar, unless they would then leave the picture.
  const words = Math.min(from, WIDTH / 2)
  return markup`<text x="${NAME - 10}" y="${y + 13}" text-anchor="end">client ${bar.client}</text>
<rect class="${TONES[bar.outcome]}${open}" x="${from}" y="${y + 4}" width="${Math.max(2, round(to - from))}" height="10" rx="2"/>
<text class="tick" x="${words}" y="${y + 27}">${bar.request} → ${bar.answer}</text>`
}

function sentenceOf(
  { client, request: asked, answer: told, fromNs, toNs }: TimelineBar,
  startNs: number,
): string {
  const from = duration((fromNs - startNs) / 1e6)
  const until = toNs === null ? 'without an answer' : `until ${duration((toNs - startNs) / 1e6)}`
  return `client ${client} from ${from} ${until}: ${asked}, ${told}`
}
