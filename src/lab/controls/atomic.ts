/**
 * atomic: naive's statements in one transaction. UNSAFE: Evento's second attempt, kept as a control.
 *
 * A transaction makes the writes land together or not at all. At `read committed` it does not keep
 * others from reading the same counter before they land.
 */
import type { Control } from './control.js'
import { naive } from './naive.js'

export const atomic: Control = {
  ...naive,
  name: 'atomic',
  idea: 'read, then write, in one transaction',
  isolation: 'read committed',
}
