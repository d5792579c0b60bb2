/**
 * The exact checker holds the clients' answers against the ledger that the pools keep of themselves.
 * It says of each pool whether any order of events explains all of them. Without the ledger it can
 * only hold the answers about one reservation against each other.
 */
import type { History } from '../../history/history.js'
import { Findings } from '../findings.js'
import { fewestBeyond, witnessOf } from '../witness.js'
import { short, units } from '../words.js'
import type { Ledger, PoolStep } from './ledger.js'
import { checkLife } from './life.js'
import type { Operation } from './operation.js'
import { judgeRefusals, type Unjustified } from './refusals.js'
import { neverSeen, type Sweep, sweep } from './sweep.js'

export interface ExactFindings {
  readonly findings: Findings
  readonly oversoldUnits: number
  readonly refusalsJudged: number
}

export function checkExactly(ledger: Ledger): ExactFindings {
  const findings = new Findings('exact')
  const { history } = ledger
  for (const operation of ledger.operations) checkAttempts(findings, history, operation)
  for (const booking of ledger.bookings.values()) checkLife(findings, history, booking)
  if (history.movements.length === 0 && history.pools.length === 0) {
    return { findings, oversoldUnits: 0, refusalsJudged: 0 }
  }
  const sweeps = new Map(ledger.pools.map((pool) => [pool.poolId, sweep(pool)]))
  for (const swept of sweeps.values()) reportSweep(findings, ledger, swept)
  const { judged, unjustified } = judgeRefusals(ledger, sweeps)
  for (const refusal of unjustified) reportRefusal(findings, ledger, refusal)
  const oversoldUnits = [...sweeps.values()].reduce((sum, each) => sum + each.oversoldUnits, 0)
  return { findings, oversoldUnits, refusalsJudged: judged }
}

/** One key has one answer, and makes one reservation. */
function checkAttempts(
  findings: Findings,
  history: History,
  { attempts, answered }: Operation,
): void {
  if (attempts.length === 1) return
  const granted = attempts.filter((attempt) => attempt.outcome === 'ok')
  const other = granted.find((attempt) => attempt.reservationId !== answered.reservationId)
  if (other !== undefined) {
    findings.add('duplicate_effect', () => ({
      sentence: `client ${answered.client} was told of two reservations for one request: ${short(answered.reservationId)} and ${short(other.reservationId)}`,
      witness: witnessOf(history, { operations: [answered, other] }),
    }))
  }
  const denied = attempts.find((attempt) => {
    return attempt.outcome === 'refused' && !attempt.code?.startsWith('idempotency_')
  })
  if (granted.length === 0 || denied === undefined) return
  findings.add('contradiction', () => ({
    sentence: `client ${answered.client} was told both yes and no (${denied.code}) for one request`,
    witness: witnessOf(history, { operations: [answered, denied] }),
  }))
}

function reportSweep(findings: Findings, ledger: Ledger, swept: Sweep): void {
  for (const index of swept.oversold) reportOversold(findings, ledger, swept, index)
  const { pool, collided, gaps, stale, negative } = swept
  const { poolId, steps } = pool
  const show = (...shown: (PoolStep | undefined)[]) => {
    return witnessOf(ledger.history, { steps: shown.filter((step) => step !== undefined) })
  }
  for (const index of collided) {
    const [before, step] = [steps[index - 1], steps[index]]
    findings.add('lost_update', () => ({
      poolId,
      sentence: `${who(before)} and ${who(step)} were both decided on version ${Number(step?.version) - 1} of ${pool.name}: the second did not see the first`,
      witness: show(before, step),
    }))
  }
  // Where two steps share a version the numbering has holes for that reason alone.
  if (collided.length === 0) for (const index of gaps) reportGap(findings, ledger, swept, index)
  for (const { index, before } of stale) {
    const [early, step] = [steps[before], steps[index]]
    findings.add('stale_order', () => ({
      poolId,
      sentence: `${who(step)} was over before ${who(early)} began, yet has the later version ${step?.version} of ${pool.name}, after ${early?.version}`,
      witness: show(early, step),
    }))
  }
  for (const index of negative) {
    findings.add('counter_drift', () => ({
      poolId,
      sentence: `${pool.name} gives back more than was taken: at version ${steps[index]?.version} its ledger adds up to ${swept.taken[index + 1]}`,
      witness: show(steps[index]),
    }))
  }
}

function reportOversold(findings: Findings, ledger: Ledger, swept: Sweep, index: number): void {
  const { pool, taken, capacity, collided } = swept
  const { poolId, steps, name } = pool
  const step = steps[index]
  const limit = capacity[index + 1] ?? 0
  const excess = `${who(step)} made it ${taken[index + 1]} of ${limit} in ${name}`
  findings.add('double_booking', () => ({
    poolId,
    sentence: excess,
    witness: witnessOf(ledger.history, { steps: fewestBeyond(pool, index + 1, limit) }),
  }))
  if (collided.length > 0) return
  const meanwhile = neverSeen(swept, index)
  if (meanwhile.length === 0) return
  findings.add('write_skew', () => ({
    poolId,
    sentence: `${excess}: it fits without ${who(meanwhile[0])}, which was under way at the same time`,
    witness: witnessOf(ledger.history, {
      steps: step === undefined ? meanwhile : [...meanwhile, step],
    }),
  }))
}

function reportGap(findings: Findings, ledger: Ledger, { pool }: Sweep, index: number): void {
  const { poolId, name, steps, record } = pool
  const before = steps[index - 1]
  const after = steps[index]
  const next = after?.version ?? `the pool's own version ${record?.version}`
  findings.add('version_gap', () => ({
    poolId,
    sentence: `${name} goes from version ${before?.version ?? 0} to ${next}: what happened between is not in the ledger`,
    witness: witnessOf(ledger.history, {
      steps: [before, after].filter((step) => step !== undefined),
      pools: after === undefined ? [record] : [],
    }),
  }))
}

function reportRefusal(
  findings: Findings,
  ledger: Ledger,
  { operation, wants }: Unjustified,
): void {
  findings.add('unjustified_refusal', () => {
    const wanted = wants()
    const names = new Map(ledger.pools.map((pool) => [pool.poolId, pool.name]))
    const shortfalls = wanted.map(({ poolId, units: quantity, free }) => {
      return `${units(quantity)} of ${names.get(poolId)}, where at least ${free} were free`
    })
    // A refusal that wants no more than it has can never be true.
    const what = shortfalls.join(' and ') || 'no more than it had'
    // Where there was always enough, the refusal speaks for itself.
    const raised = ledger.pools.filter(({ poolId, capacity }) => {
      return wanted.some((want) => want.poolId === poolId && want.units > capacity)
    })
    const capacities = raised.flatMap(({ steps }) => {
      return steps.filter((step) => step.capacity !== undefined)
    })
    return {
      ...(wanted.length === 1 && wanted[0] !== undefined ? { poolId: wanted[0].poolId } : {}),
      sentence: `client ${operation.answered.client} was refused ${what} at every moment between call and answer`,
      witness: witnessOf(ledger.history, { steps: capacities, operations: [operation.answered] }),
    }
  })
}

function who(step: PoolStep | undefined): string {
  const [operation] = step?.operations ?? []
  if (operation !== undefined) return `client ${operation.answered.client}'s ${operation.kind}`
  return step?.cause === undefined
    ? 'a step that nobody asked for'
    : `"${step.cause}" of ${short(step.reservationId)}`
}
