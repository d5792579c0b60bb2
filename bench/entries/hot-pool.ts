/** Everybody wants a unit of the same pool: the case that Holdfast is for. */
import type { StrategyName } from '../../src/strategies/strategy.js'
import { type Cell, type Context, type Entry, engineCell, PLENTY } from './entry.js'

export const hotPool: Entry = {
  name: 'hot-pool',
  title: 'One hot pool',
  about:
    'Every client wants one unit of the same pool, and asks again as soon as it was answered. ' +
    'Over HTTP: one server process, a connection per client, Evento’s face. In process: the ' +
    'library and its callers in one process. Four connections to the database.',
  async open(context) {
    const { strategies, clients } = context.options
    const cells = clients.flatMap((count) =>
      (['HTTP', 'in process'] as const).flatMap((way) =>
        strategies.map((strategy) => cellOf(context, strategy, way, count)),
      ),
    )
    return { cells }
  },
}

/** What is still measured with a thousand clients. */
const MEASURED_WITH_A_THOUSAND: readonly StrategyName[] = ['pessimistic', 'guarded', 'batched']
const A_THOUSAND = 1000

/** `skip-locked` makes a row for each unit; nothing so slow sells more than this in a second. */
const UNITS_PER_SECOND = 4000

function cellOf(
  context: Context,
  strategy: StrategyName,
  way: 'HTTP' | 'in process',
  clients: number,
): Cell {
  const { warmUpMs, measureMs } = context.options
  const cell = engineCell(context, {
    ...{ entry: hotPool.name, strategy, way, clients },
    work: (stage) =>
      stage.newListing([
        strategy === 'skip-locked'
          ? Math.ceil((UNITS_PER_SECOND * (warmUpMs + measureMs)) / 1000)
          : PLENTY,
      ]),
  })
  if (clients < A_THOUSAND || MEASURED_WITH_A_THOUSAND.includes(strategy)) return cell
  return {
    ...cell,
    measure: async () => ({
      skipped: 'all but four wait for a connection, as with 200 clients, only longer',
    }),
  }
}
