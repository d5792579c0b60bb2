/**
 * The report of a comparison: one page of HTML that stands alone. It can be kept, printed and sent; it
 * loads nothing and runs no script.
 */

import { ANOMALIES, type Anomaly, type AnomalyName } from '../checker/judgement.js'
import type { Story } from '../story/story.js'
import { plural } from '../words.js'
import { contentionChart, latencyChart, rateChart, soldChart, throughputChart } from './charts.js'
import { Markup, markup, NOTHING } from './markup.js'
import type { Named, ReportData, StrategyReport } from './report-data.js'
import { STYLE } from './style.js'
import { witnessChart } from './witness-chart.js'
import { duration, figure, VERDICTS } from './words.js'

/** The page loads nothing from elsewhere, whatever a name in the data may try. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/** The page, whole. */
export function renderReport(data: ReportData): string {
  const title = `${data.scenario}: ${plural(data.strategies.length, 'strategy', 'strategies')} compared`
  const page = markup`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="holdfast ${data.versions.holdfast}">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${data.about ?? ''}</p>
<p>${outcomeOf(data.strategies)}</p>
${overview(data.strategies)}
<section aria-labelledby="speed">
<h2 id="speed">How fast</h2>
<p class="quiet">Red bars are of strategies that broke a promise: how fast they did it says nothing.</p>
<div class="charts">${rateChart('rate', data.strategies)}${latencyChart('latency', data.strategies)}</div>
</section>
${data.strategies.map((strategy, i) => section(strategy, `s${i}`))}
${provenance(data)}
</main>
</body>
</html>`
  return `<!doctype html>\n${page.text}\n`
}

function outcomeOf(strategies: readonly StrategyReport[]): string {
  const of = (verdict: string) =>
    strategies.filter((one) => one.judgement.verdict === verdict).map((one) => one.strategy)
  const sentence = (names: readonly string[], what: string) =>
    names.length === 0 ? [] : [`${names.join(', ')}: ${what}.`]
  return [
    ...sentence(of('ok'), 'every unit was sold once, every yes was kept and every no was true'),
    ...sentence(of('violation'), 'promises were broken'),
    ...sentence(of('inconclusive'), 'nothing was found that proves anything'),
  ].join(' ')
}

function overview(strategies: readonly StrategyReport[]): Markup {
  return markup`<div class="wide"><table>
<caption>What came of each strategy; what went wrong is of all rounds, other figures are medians</caption>
<thead><tr><th scope="col">strategy</th><th scope="col">verdict</th><th scope="col">oversold units</th>
<th scope="col">unjustified refusals</th><th scope="col">lost yeses</th><th scope="col">reservations a second</th>
<th scope="col">p50</th><th scope="col">p99</th><th scope="col">p99.9</th><th scope="col">conflicts</th>
<th scope="col">retries</th><th scope="col">round trips a reservation</th></tr></thead>
<tbody>${strategies.map((one, i) => {
    const { verdict } = one.judgement
    const { oversoldUnits, unjustifiedRefusals, lost } = one.faults
    const { p50, p99, p999 } = one.latencyMs
    return markup`<tr><th scope="row"><a href="#s${i}">${one.strategy}</a>${one.safe ? NOTHING : markup` <small>control</small>`}</th>
<td>${verdictOf(verdict)}</td>${[oversoldUnits, unjustifiedRefusals, lost].map(
      (count) => markup`<td${count > 0 ? markup` class="wrong"` : NOTHING}>${figure(count)}</td>`,
    )}
<td>${figure(one.reservationsPerSecond)}</td><td>${duration(p50)}</td><td>${duration(p99)}</td><td>${duration(p999)}</td>
<td>${figure(one.conflicts)}</td><td>${figure(one.retries)}</td><td>${one.roundTripsPerReservation === null ? '–' : figure(one.roundTripsPerReservation)}</td></tr>`
  })}</tbody>
</table></div>`
}

function verdictOf(verdict: StrategyReport['judgement']['verdict']): Markup {
  return markup`<span class="verdict ${verdict}">${VERDICTS[verdict]}</span>`
}

const POOLS_MAX = 6

function section(strategy: StrategyReport, id: string): Markup {
  const { judgement, stories, overTime, elapsedMs } = strategy
  // A pool of which nobody took anything has nothing to show.
  const pools = strategy.pools.filter(({ points }) => points.some(({ sold }) => sold > 0))
  // The worst first: they are what somebody will want to see.
  const excess = ({ points }: (typeof pools)[number]) =>
    points.reduce((most, { sold, capacity }) => Math.max(most, sold - capacity), -1)
  const shown = [...pools].sort((a, b) => excess(b) - excess(a)).slice(0, POOLS_MAX)
  const names = Object.keys(judgement.counts) as AnomalyName[]
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${strategy.strategy} ${verdictOf(judgement.verdict)}</h2>
<p>${strategy.idea}${strategy.safe ? '' : ' (a control: known to be unsafe)'}</p>
<p class="quiet">${plural(strategy.reservations, 'reservation')} in ${duration(elapsedMs)};
${plural(judgement.figures.operations, 'request')}, ${plural(judgement.figures.refused, 'refusal')},
${plural(judgement.figures.unknown, 'request')} without an answer.
${judgement.reasons.map((reason) => `Inconclusive: ${reason}. `)}</p>
<div class="charts">
${shown.map((pool, i) => soldChart(`${id}-pool-${i}`, pool, elapsedMs))}
${happened(overTime.reservations) ? throughputChart(`${id}-throughput`, strategy) : NOTHING}
${happened([...overTime.conflicts, ...overTime.retries]) ? contentionChart(`${id}-contention`, strategy) : NOTHING}
</div>
${pools.length > shown.length ? markup`<p class="quiet">… and ${plural(pools.length - shown.length, 'more pool')}.</p>` : NOTHING}
${names.map((name, i) => anomaly(judgement.anomalies, stories, name, `${id}-${i}`))}
</section>`
}

const JUDGES = {
  exact: 'the ledger',
  'black-box': 'the answers alone',
  recount: 'the rows',
} as const

function happened(ticks: readonly number[]): boolean {
  return ticks.some((count) => count > 0)
}

function anomaly(
  anomalies: readonly Anomaly[],
  stories: readonly Story[],
  name: AnomalyName,
  id: string,
): Markup {
  const seen = anomalies.filter((one) => one.name === name)
  const judges = [...new Set(seen.map((one) => JUDGES[one.judge]))].join(', ')
  const title = name.replaceAll('_', ' ')
  const story = stories.find((one) => one.name === name)
  return markup`<div class="anomaly">
<h3>${title}: ${figure(story?.count ?? seen.length)}</h3>
<p class="quiet">${ANOMALIES[name]}. Told by ${judges}.</p>
${story === undefined ? NOTHING : markup`<p>${story.sentence}.</p>${witnessChart(id, `A witness of ${title}`, story)}`}
</div>`
}

function provenance({ machine, versions, settings, options, ...data }: ReportData): Markup {
  const race = [
    { name: 'scenario', value: data.scenario },
    { name: 'seed', value: String(data.seed) },
    { name: 'measured', value: data.measuredAt },
    ...options,
  ]
  const where = [
    { name: 'CPU', value: `${machine.cpu}, ${plural(machine.cores, 'core')}` },
    { name: 'memory', value: `${figure(machine.memoryGb)} GB` },
    { name: 'system', value: machine.os },
    { name: 'Holdfast', value: versions.holdfast },
    { name: 'Node', value: versions.node },
    { name: 'PostgreSQL', value: versions.postgres },
  ]
  return markup`<section aria-labelledby="how">
<h2 id="how">How it was measured</h2>
<div class="charts">
${factTable('The race', race)}${factTable('Machine and versions', where)}${factTable('Settings of PostgreSQL', settings)}
</div>
</section>`
}

function factTable(caption: string, rows: readonly Named[]): Markup {
  return markup`<div class="wide"><table class="words"><caption>${caption}</caption><tbody>
${rows.map(({ name, value }) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}
</tbody></table></div>`
}
