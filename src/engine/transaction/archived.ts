/** What is not sold any more is not taken: not by new reservations, and not by changed ones. */
import type { Command } from '../../domain/reservation/command.js'
import { refused } from '../../domain/reservation/outcome.js'
import type { Plan } from '../../domain/reservation/plan.js'
import type { Tx } from '../../storage/driver/database.js'
import { findArchivedPools } from '../../storage/tables/listings.js'
import type { Seen } from './circumstances.js'

/** True for a pool that sells nothing new. */
export type IsArchived = (poolId: string) => boolean

/** Most listings have nothing archived: then nothing is asked. */
export async function archivedPools(
  tx: Tx,
  listingId: string,
  commands: readonly Command[],
  { policy }: Seen,
): Promise<IsArchived> {
  if (policy?.archived) return () => true
  if (!policy?.hasArchived) return () => false
  const poolIds = commands.flatMap((command) =>
    'lines' in command ? command.lines.map((line) => line.poolId.toLowerCase()) : [],
  )
  if (poolIds.length === 0) return () => false
  const archived = await findArchivedPools(tx, listingId, poolIds)
  return (poolId) => archived.has(poolId)
}

/**
 * What is sold stays its customer's: a confirm passes, even one that takes its units again because its
 * payment came late, and so does whatever gives back more than it takes of a pool.
 */
export function refuseArchived(plan: Plan, isArchived: IsArchived): Plan {
  if (plan.kind === 'answered' || plan.command.kind === 'confirm') return plan
  const poolIds = plan.demand.lines
    .filter(({ poolId, quantity }) => quantity > 0 && isArchived(poolId))
    .map(({ poolId }) => poolId)
  if (poolIds.length === 0) return plan
  return { kind: 'answered', outcome: refused({ code: 'archived', poolIds }) }
}
