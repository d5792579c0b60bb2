/** A story as a picture: a row for each of its requests, its bar from the call to the answer, and its steps. */
import type { Story, StoryRequest } from '../story/story.js'
import { plural } from '../words.js'
import { type Markup, markup, NOTHING } from './markup.js'
import { round, WIDTH } from './plot.js'
import { duration } from './words.js'

const ROW = 34
const NAME = 90
const FACTS_MAX = 12

export function witnessChart(id: string, title: string, story: Story): Markup {
  const { requests, folded, steps } = story
  const facts = story.facts.slice(0, FACTS_MAX)
  const hidden = story.facts.length - facts.length
  return markup`${requests.length > 0 ? drawn(id, title, requests) : NOTHING}
${steps.length > 0 ? markup`<ol>${steps.map(({ request, does }) => markup`<li>client ${requests[request]?.client ?? 0} ${does}</li>`)}</ol>` : NOTHING}
${folded.length > 0 ? markup`<details><summary>${plural(folded.length, 'more request')} before and beside these</summary><ul>${folded.map((one) => markup`<li>client ${one.client}: ${one.request} → ${one.answer}</li>`)}</ul></details>` : NOTHING}
${facts.length > 0 ? markup`<ul>${facts.map((fact) => markup`<li>${fact}</li>`)}${hidden > 0 ? markup`<li>… and ${plural(hidden, 'more row')}</li>` : NOTHING}</ul>` : NOTHING}`
}

function drawn(id: string, title: string, requests: readonly StoryRequest[]): Markup {
  const fromMs = Math.min(...requests.map((one) => one.fromMs))
  const untilMs = Math.max(...requests.map((one) => one.toMs ?? one.fromMs))
  const span = Math.max(1e-6, untilMs - fromMs)
  const x = (ms: number) => round(NAME + ((ms - fromMs) / span) * (WIDTH - NAME - 4))
  const tells = requests.map(sentenceOf).join('; ')
  const foot = requests.length * ROW
  return markup`<figure>
<svg viewBox="0 0 ${WIDTH} ${foot + 20}" role="img" aria-labelledby="${id}-title ${id}-tells">
<title id="${id}-title">${title}</title>
<desc id="${id}-tells">${tells}.</desc>
${requests.map((one, i) => rowOf(one, i * ROW, x))}
<text class="tick" x="${NAME}" y="${foot + 14}">0</text>
<text class="tick" x="${WIDTH - 4}" y="${foot + 14}" text-anchor="end">${duration(span)}</text>
</svg>
</figure>`
}

const TONES = { ok: 'good', refused: 'bad', conflict: 'light', unknown: 'light' } as const

function rowOf(one: StoryRequest, y: number, x: (ms: number) => number): Markup {
  const from = x(one.fromMs)
  const to = one.toMs === null ? WIDTH - 4 : x(one.toMs)
  const open = one.toMs === null ? ' open' : ''
  // Words begin with their bar, unless they would then leave the picture.
  const words = Math.min(from, WIDTH / 2)
  return markup`<text x="${NAME - 10}" y="${y + 13}" text-anchor="end">client ${one.client}</text>
<rect class="${TONES[one.outcome]}${open}" x="${from}" y="${y + 4}" width="${Math.max(2, round(to - from))}" height="10" rx="2"/>
<text class="tick" x="${words}" y="${y + 27}">${one.request} → ${one.answer}</text>`
}

function sentenceOf({ client, request, answer, fromMs, toMs }: StoryRequest): string {
  const until = toMs === null ? 'without an answer' : `until ${duration(toMs)}`
  return `client ${client} from ${duration(fromMs)} ${until}: ${request}, ${answer}`
}
