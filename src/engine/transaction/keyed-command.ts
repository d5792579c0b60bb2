/** A command with the key that makes its retry safe, and whose it is. */
import type { Attribution } from '../../domain/journal.js'
import type { Command } from '../../domain/reservation/command.js'

export interface KeyedCommand {
  readonly command: Command
  readonly pin: { readonly key: string; readonly requestHash: Buffer } | undefined
  /** False: refuse what overdue holds keep, since they cannot be expired now; default true. */
  readonly mayReclaim?: boolean
  /** Who gave the command, and why. */
  readonly by: Attribution
}
