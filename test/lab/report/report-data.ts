/** A comparison of three strategies, with everything that the report can show. */
import { ledgerOf } from '../../../src/lab/checker/exact/join.js'
import { judge } from '../../../src/lab/checker/judge.js'
import type { History } from '../../../src/lab/history/history.js'
import { createRandom } from '../../../src/lab/race/random.js'
import type { ReportData, StrategyReport } from '../../../src/lab/report/report-data.js'
import { soldOverTime } from '../../../src/lab/report/sold-over-time.js'
import { storiesOf } from '../../../src/lab/story/story.js'
import { makeHistory } from '../checker/histories.js'

function raced(wrongly: number): History {
  const { history } = makeHistory({
    random: createRandom(5),
    operations: 400,
    pools: 3,
    severalPools: false,
    capacityMax: 40,
    wrongly,
    ticksMax: 8,
    swap: false,
  })
  // Ticks of the generator are nanoseconds; people see milliseconds.
  const slower = (ns: number) => ns * 5e6
  return {
    ...history,
    operations: history.operations.map((one) => ({
      ...one,
      calledNs: slower(one.calledNs),
      returnedNs: one.returnedNs === null ? null : slower(one.returnedNs),
    })),
  }
}

function strategyReport(name: string, wrongly: number, safe: boolean): StrategyReport {
  const history = raced(wrongly)
  const judgement = judge(history, { control: !safe })
  const { oversoldUnits, unjustifiedRefusals, lost } = judgement.figures
  // As after two rounds that went alike.
  const faults = {
    oversoldUnits: 2 * oversoldUnits,
    unjustifiedRefusals: 2 * unjustifiedRefusals,
    lost: 2 * lost,
  }
  return {
    strategy: name,
    idea: `the idea of ${name}`,
    safe,
    faults,
    judgement,
    stories: storiesOf(ledgerOf(history), judgement),
    elapsedMs: 2000,
    reservations: 321,
    reservationsPerSecond: safe ? 1650 : 3600,
    latencyMs: { p50: 2.1, p99: 48, p999: 350 },
    conflicts: 12,
    retries: 34,
    roundTripsPerReservation: safe ? 4.2 : null,
    overTime: {
      tickMs: 100,
      reservations: Array.from({ length: 20 }, (_, i) => 10 + (i % 7)),
      conflicts: Array.from({ length: 20 }, (_, i) => i % 3),
      retries: Array.from({ length: 20 }, (_, i) => i % 5),
    },
    pools: soldOverTime(history),
  }
}

export function comparison(): ReportData {
  return {
    measuredAt: '2026-01-31T12:00:00Z',
    scenario: 'evento',
    about: 'Two hundred people want the rooms of three hotels.',
    seed: 42,
    options: [{ name: 'clients', value: '200' }],
    machine: { cpu: 'A CPU', cores: 2, memoryGb: 7.8, os: 'Linux 6.1' },
    versions: { holdfast: '0.1.0', node: '20.20.2', postgres: '15.18' },
    settings: [{ name: 'fsync', value: 'on' }],
    strategies: [
      strategyReport('batched', 0, true),
      strategyReport('naive', 0.5, false),
      strategyReport('atomic', 0, false),
    ],
  }
}
