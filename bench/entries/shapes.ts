/** Sales of other shapes: many pools, many lines, two steps. */
import type { StrategyName } from '../../src/strategies/strategy.js'
import { type Entry, engineCell, PLENTY } from './entry.js'

/** The yardstick, the best without a queue, and the default. */
export const COMPARED: readonly StrategyName[] = ['pessimistic', 'guarded', 'batched']

const CLIENTS = 64
const CLIENTS_MORE = 200
const MANY_POOLS = 1000

export const thousandPools: Entry = {
  name: 'thousand-pools',
  title: 'A thousand pools',
  about: `Each request draws one of ${MANY_POOLS} pools of a listing, all equally likely.`,
  async open(context) {
    const ways = [
      { way: 'HTTP', clients: CLIENTS },
      { way: 'in process', clients: CLIENTS },
      { way: 'in process', clients: CLIENTS_MORE },
    ] as const
    return {
      cells: ways.flatMap((each) =>
        COMPARED.map((strategy) =>
          engineCell(context, {
            ...{ entry: thousandPools.name, strategy, ...each },
            work: (stage) => stage.newListing(Array<number>(MANY_POOLS).fill(PLENTY)),
          }),
        ),
      ),
    }
  },
}

export const threeLines: Entry = {
  name: 'three-lines',
  title: 'Reservations of three lines',
  about: `Each reservation takes a unit of three pools, drawn from ${MANY_POOLS}: all or nothing.`,
  async open(context) {
    return {
      cells: COMPARED.map((strategy) =>
        engineCell(context, {
          ...{ entry: threeLines.name, strategy, way: 'in process', clients: CLIENTS },
          work: async (stage) => ({
            ...(await stage.newListing(Array<number>(MANY_POOLS).fill(PLENTY))),
            linesEach: 3,
          }),
        }),
      ),
    }
  },
}

export const holdThenConfirm: Entry = {
  name: 'hold-then-confirm',
  title: 'Hold, then confirm',
  about:
    'Each client holds a unit of one hot pool and confirms the hold once it was answered: two ' +
    'commands and two transactions for each reservation that is counted.',
  async open(context) {
    return {
      cells: COMPARED.map((strategy) =>
        engineCell(context, {
          ...{ entry: holdThenConfirm.name, strategy, way: 'in process', clients: CLIENTS },
          work: async (stage) => ({ ...(await stage.newListing([PLENTY])), confirms: true }),
        }),
      ),
    }
  },
}
