/** What a run measured, and the medians and spreads that are read from it. */

/** Where a request comes in: what lies between the client and the rows. */
export type Way = 'HTTP' | 'in process' | 'SQL' | 'Redis'

/** What names one figure of the bench; the same in every round. */
export interface CellName {
  readonly entry: string
  /** A strategy, or what a reference is called. */
  readonly subject: string
  readonly way: Way
  readonly clients: number
}

/** One measurement. */
export interface Sample {
  /** Wanted answers in each second. */
  readonly perSecond: number
  readonly latencyMs?: { readonly p50: number; readonly p99: number; readonly p999: number }
  /** How many answers were others than those wanted, by kind. */
  readonly others: Readonly<Record<string, number>>
  /** What an entry measures besides; the unit is in the name. */
  readonly extra: Readonly<Record<string, number>>
}

export interface CellResult extends CellName {
  readonly samples: readonly Sample[]
  /** Why there are no samples. */
  readonly skipped?: string
}

/** Medians over the rounds. */
export interface Summary extends CellName {
  readonly rounds: number
  readonly perSecond: { readonly median: number; readonly min: number; readonly max: number }
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** The part of all answers that were not those wanted. */
  readonly othersShare: number
  readonly extra: Readonly<Record<string, number>>
}

export class Results {
  readonly cells: readonly CellResult[]

  constructor(cells: readonly CellResult[]) {
    this.cells = cells
  }

  /** Every cell of an entry that was measured, in the order of measuring. */
  of(entry: string): Summary[] {
    return this.cells
      .filter((cell) => cell.entry === entry && cell.samples.length > 0)
      .map(summarize)
  }

  /** The cell of this name, or undefined when it was not measured. */
  find(name: CellName): Summary | undefined {
    return this.of(name.entry).find(
      (each) =>
        each.subject === name.subject && each.way === name.way && each.clients === name.clients,
    )
  }

  /** The highest median rate among an entry's cells. */
  highest(entry: string, matches: (cell: Summary) => boolean): number | undefined {
    const rates = this.of(entry)
      .filter(matches)
      .map((cell) => cell.perSecond.median)
    return rates.length === 0 ? undefined : Math.max(...rates)
  }
}

function summarize(cell: CellResult): Summary {
  const { entry, subject, way, clients, samples } = cell
  const rates = samples.map((sample) => sample.perSecond)
  const latency = (percentile: 'p50' | 'p99' | 'p999') =>
    median(samples.flatMap((sample) => sample.latencyMs?.[percentile] ?? []))
  const measures = new Set(samples.flatMap((sample) => Object.keys(sample.extra)))
  return {
    entry,
    subject,
    way,
    clients,
    rounds: samples.length,
    perSecond: { median: median(rates), min: Math.min(...rates), max: Math.max(...rates) },
    p50Ms: latency('p50'),
    p99Ms: latency('p99'),
    p999Ms: latency('p999'),
    othersShare: median(samples.map((sample) => sample.extra['othersShare'] ?? 0)),
    extra: Object.fromEntries(
      [...measures].map((measure) => [
        measure,
        median(samples.flatMap((sample) => sample.extra[measure] ?? [])),
      ]),
    ),
  }
}

/** The middle of `values`; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
