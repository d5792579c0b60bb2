/** A command with the key that makes its retry safe, and whose it is. */
import type { Attribution } from '../../domain/journal.js'
import type { Command } from '../../domain/reservation/command.js'
import type { PinnedAnswer } from '../../storage/tables/answers.js'

export interface KeyedCommand {
  readonly command: Command
  readonly pin: CommandPin | undefined
  /** False: refuse what overdue holds keep, since they cannot be expired now; default true. */
  readonly mayReclaim?: boolean
  /** When its caller gives up, as `performance.now()` counts; default never. */
  readonly deadlineAtMs?: number | undefined
  /** Who gave the command, and why. */
  readonly by: Attribution
}

/** Where a command's answer is pinned, so that the same command under the same key finds it. */
export type CommandPin = Omit<PinnedAnswer, 'outcome'>

/**
 * Tells the keys of a listing apart: equal for the same key of the same caller alone. Neither part has
 * a control character.
 */
export function pinMark({ caller, key }: Pick<CommandPin, 'caller' | 'key'>): string {
  return `${caller}\n${key}`
}

/** The pools that a command names; those of a reservation that it acts on are not among them. */
export function poolsNamedBy({ command }: Pick<KeyedCommand, 'command'>): string[] {
  return 'lines' in command ? command.lines.map((line) => line.poolId.toLowerCase()) : []
}
