/** One client alone: what sharing costs somebody who has nobody to share with. */
import type { StrategyName } from '../../src/strategies/strategy.js'
import { type Entry, engineCell, PLENTY } from './entry.js'

const COMPARED: readonly StrategyName[] = ['pessimistic', 'guarded', 'batched']

export const alone: Entry = {
  name: 'alone',
  title: 'One client alone',
  about: 'One client on one pool: no queue to share, no lock to wait for.',
  async open(context) {
    return {
      cells: (['HTTP', 'in process'] as const).flatMap((way) =>
        COMPARED.map((strategy) =>
          engineCell(context, {
            ...{ entry: alone.name, strategy, way, clients: 1 },
            work: (stage) => stage.newListing([PLENTY]),
          }),
        ),
      ),
    }
  },
}
