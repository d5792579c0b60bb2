/** A command with the key that makes its retry safe, and whose it is. */
import type { Attribution } from '../../domain/journal.js'
import type { Command } from '../../domain/reservation/command.js'

export interface KeyedCommand {
  readonly command: Command
  readonly pin: { readonly key: string; readonly requestHash: Buffer } | undefined
  /** False: refuse what overdue holds keep, since they cannot be expired now; default true. */
  readonly mayReclaim?: boolean
  /** When its caller gives up, as `performance.now()` counts; default never. */
  readonly deadlineAtMs?: number | undefined
  /** Who gave the command, and why. */
  readonly by: Attribution
}

/** The pools that a command names; those of a reservation that it acts on are not among them. */
export function poolsNamedBy({ command }: Pick<KeyedCommand, 'command'>): string[] {
  return 'lines' in command ? command.lines.map((line) => line.poolId.toLowerCase()) : []
}
