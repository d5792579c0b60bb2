/** Which connections may be lent: asked once when one is new, and whenever a server was let go of. */
import type pg from 'pg'
import { onlyReads } from '../unreachable.js'
import { type Lineage, overtakenBy, readStanding, refuseOvertaken } from './lineage.js'

export interface Admission {
  /**
   * Asks a new connection what its server is.
   *
   * @throws HoldfastError `database_unavailable` when it only reads, or a promotion has left it behind
   */
  admit(client: pg.ClientBase): Promise<void>
  isAdmitted(client: pg.ClientBase): boolean
  /** True for a connection that was admitted and is not to be lent any more. */
  isLeft(client: pg.ClientBase): boolean
  /** Whatever was admitted so far is not lent any more. */
  letGo(): void
}

/** How long a connection may take to answer what its server is. */
const TIMEOUT_MS = 8_000

/** @param onlyToRead true takes a server that only reads as well */
export function openAdmission(onlyToRead: boolean): Admission {
  /** Rises when a server is let go of. */
  let era = 0
  const admitted = new WeakMap<
    pg.ClientBase,
    { readonly era: number; readonly lineage: Lineage | undefined }
  >()
  return {
    async admit(client) {
      const now = era
      const standing = await readStanding(client, TIMEOUT_MS)
      refuseOvertaken(standing)
      if (standing.onlyReads && !onlyToRead) throw onlyReads()
      // What a standby has may be behind for a while.
      const lineage = standing.isStandby ? undefined : standing.lineage
      admitted.set(client, { era: now, lineage })
    },
    isAdmitted: (client) => admitted.has(client),
    isLeft(client) {
      const known = admitted.get(client)
      if (known === undefined) return false
      return known.era !== era || overtakenBy(known.lineage) !== undefined
    },
    letGo() {
      era += 1
    },
  }
}
