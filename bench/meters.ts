/** What an answer cost: processor time on each side, bytes of WAL, commands per transaction. */
import os from 'node:os'
import type { Stage } from './stage.js'
import type { Gauge } from './subjects/gauge.js'

export interface Meters {
  /** Of the process that is measured. */
  readonly gauge: Gauge
  /** Processor time of the load's own process; 0 when it has none. */
  readonly loadCpuMs: number
  /** Time that all processors were busy, with whatever. */
  readonly machineCpuMs: number
  readonly walBytes: number
}

/** Reads what is metered of the machine and the database. */
export async function readMachine(
  stage: Stage,
): Promise<Pick<Meters, 'machineCpuMs' | 'walBytes'>> {
  const { rows } = await stage.client.query<{ bytes: string }>(
    `select pg_current_wal_lsn() - '0/0' as bytes`,
  )
  const machineCpuMs = os.cpus().reduce((sum, { times }) => {
    return sum + times.user + times.nice + times.sys + times.irq
  }, 0)
  return { machineCpuMs, walBytes: Number(rows[0]?.bytes) }
}

/**
 * Costs per answer, of which there were `answers` between two readings. PostgreSQL's processor time
 * is what the machine spent less what our processes did, which is true on a quiet machine only. In
 * process, the clients' part is small and counted with the program's.
 */
export function costs(before: Meters, after: Meters, answers: number): Record<string, number> {
  const programMs = after.gauge.cpuMs - before.gauge.cpuMs
  const loadMs = after.loadCpuMs - before.loadCpuMs
  const machineMs = after.machineCpuMs - before.machineCpuMs
  const batches = after.gauge.batches - before.gauge.batches
  const commands = after.gauge.batchedCommands - before.gauge.batchedCommands
  const each = (total: number) => total / Math.max(1, answers)
  return {
    programCpuUs: each(programMs * 1000),
    loadCpuUs: each(loadMs * 1000),
    restCpuUs: each(Math.max(0, machineMs - programMs - loadMs) * 1000),
    walBytes: each(after.walBytes - before.walBytes),
    ...(batches > 0 ? { batchSize: commands / batches } : {}),
  }
}
