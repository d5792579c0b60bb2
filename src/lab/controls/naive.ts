/**
 * naive: read, then write, each on its own. UNSAFE: Evento's first attempt, kept as a control.
 *
 * Nothing ties the look to the write. All callers that look before the first write lands see the same
 * free units, and all of them take them.
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
