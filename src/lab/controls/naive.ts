/**
 * naive: read, then write, each on its own. UNSAFE: Evento's first attempt, kept as a control.
 *
 * Nothing ties the look to the write. Everybody who looks before the first write lands sees the
 * same free rooms, and everybody takes them.
 */
import { readThenWrite } from '../../strategies/read-then-write.js'
import type { Control } from './control.js'

export const naive: Control = {
  name: 'naive',
  idea: 'read, then write, each on its own',
  safe: false,
  isolation: 'none',
  batchMax: 1,
  take: readThenWrite,
}
