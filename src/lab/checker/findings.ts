/** A judge's findings: all are counted, and the first few keep their witnesses. */
import { type Anomaly, type AnomalyName, type JudgeName, WITNESSES_MAX } from './judgement.js'

export class Findings {
  readonly anomalies: Anomaly[] = []
  readonly counts = new Map<AnomalyName, number>()
  readonly #judge: JudgeName

  constructor(judge: JudgeName) {
    this.#judge = judge
  }

  count(name: AnomalyName): number {
    return this.counts.get(name) ?? 0
  }

  /** @param describe makes the sentence and the witness; called only while there is room for them */
  add(name: AnomalyName, describe: () => Omit<Anomaly, 'name' | 'judge'>): void {
    const before = this.count(name)
    this.counts.set(name, before + 1)
    if (before >= WITNESSES_MAX) return
    this.anomalies.push({ name, judge: this.#judge, ...describe() })
  }
}
