/** Races to draw: one going well, and the one that everybody wants to see. */
import type { RaceResult, RaceSnapshot, ResourceProgress } from '../../../src/lab/race/race.js'

const OPTIONS: RaceSnapshot['options'] = {
  scenario: 'evento',
  strategy: 'naive',
  clients: 200,
  servers: 4,
  units: 500,
  thinkMs: 0,
  connections: 10,
  seed: 42,
}
const COUNTS: RaceSnapshot['counts'] = {
  requests: 14_820,
  reserved: 1_702,
  refused: 9_012,
  conflicts: 1_207,
  retries: 331,
  unknown: 0,
  transitions: 0,
  dropped: 0,
}
const WORDS: RaceSnapshot['words'] = { unit: 'room', place: 'hotel' }
const LATENCY_MS: RaceSnapshot['latencyMs'] = { p50: 3.24, p99: 48.2, p999: 61.7 }

/** Hotels with 500 rooms each, of which so many are sold. */
export function hotelsSelling(...sold: number[]): ResourceProgress[] {
  const names = ['Grand Plaza', 'Harbour View', 'The Old Mill', 'Seaside Inn & Spa']
  return sold.map((rooms, index) => ({
    name: names[index] ?? `Hotel ${index + 1}`,
    capacity: 500,
    sold: rooms,
    over: Math.max(0, rooms - 500),
  }))
}

/** A race under way; `changes` replace what a test is about. */
export function snapshotOf(changes: Partial<RaceSnapshot> = {}): RaceSnapshot {
  return {
    options: OPTIONS,
    words: WORDS,
    elapsedMs: 4_230,
    progress: 0.4,
    serversAlive: 4,
    clientsDone: 12,
    resources: hotelsSelling(312, 121, 0, 405),
    counts: COUNTS,
    recentMs: LATENCY_MS,
    inFlight: 9,
    reservedPerTick: Array.from({ length: 42 }, (_, tick) => 10 + (tick % 7)),
    latencyMs: LATENCY_MS,
    ...changes,
  }
}

/** The end of a race in which nothing went wrong; `changes` replace what a test is about. */
export function resultOf(changes: Partial<RaceResult> = {}): RaceResult {
  const findings = { oversold: 0, lost: 0, unsold: 0, drifted: 0, ...changes.findings }
  return {
    options: OPTIONS,
    words: WORDS,
    elapsedMs: 12_345,
    counts: COUNTS,
    reservedPerSecond: 211.4,
    latencyMs: LATENCY_MS,
    roundTripsPerReservation: 3.4,
    overTime: { tickMs: 100, reservations: [3, 4], conflicts: [], retries: [] },
    pools: hotelsSelling(500, 500).map((hotel) => ({
      ...hotel,
      reservations: 300,
      counter: hotel.sold,
    })),
    promisedTwice: 0,
    settled: 0,
    stories: [],
    judgement: {
      verdict: 'ok',
      reasons: [],
      counts: {},
      anomalies: [],
      figures: {
        operations: 14_820,
        acknowledged: 1_702,
        refused: 9_012,
        conflicts: 1_207,
        unknown: 0,
        oversoldUnits: 0,
        refusalsJudged: 9_012,
        unjustifiedRefusals: 0,
        lost: 0,
      },
    },
    verdict: 'ok',
    chaos: { did: [], events: [] },
    database: {
      version: '17.2',
      settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
    },
    isolation: { own: 'none', ran: 'none' },
    ok: Object.values(findings).every((figure) => figure === 0),
    ...changes,
    findings,
  }
}
