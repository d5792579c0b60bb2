/** The measured library: the engine, its connections and the clients that call it, in one process. */
import type { CommandResult } from '../../src/engine/engine.js'
import { createRandom } from '../../src/lab/race/random.js'
import type { StrategyName } from '../../src/strategies/strategy.js'
import { answerOrders } from '../child.js'
import { type Ask, closedLoop } from '../load/closed-loop.js'
import { profiling } from '../profile.js'
import { shipped } from '../shipped.js'
import { startDispatching } from './dispatcher.js'
import { createGauge } from './gauge.js'
import type { Work } from './work.js'

export type EngineOrder =
  | {
      readonly kind: 'open'
      readonly databaseUrl: string
      readonly strategy: StrategyName
      readonly connections: number
      readonly clients: number
      readonly work: Work
      readonly seed: number
    }
  | {
      readonly kind: 'run'
      readonly warmUpMs: number
      readonly ms: number
      readonly wanted: readonly string[]
    }
  | { readonly kind: 'gauge' }
  | { readonly kind: 'profile'; readonly ms: number }

const gauge = createGauge()
let clients = 0
let ask: Ask = () => Promise.reject(new Error('not open'))

answerOrders(async (order: EngineOrder) => {
  switch (order.kind) {
    case 'open':
      return open(order)
    case 'gauge':
      return gauge.read()
    case 'run':
      return closedLoop({ ...order, clients, ask })
    case 'profile':
      return profiling(order.ms)
  }
})

async function open(order: Extract<EngineOrder, { kind: 'open' }>): Promise<void> {
  const { createEngine, openDatabase, strategies } = await shipped()
  const db = openDatabase({
    url: order.databaseUrl,
    connectionsMax: order.connections,
    applicationName: 'holdfast bench',
    acquireTimeoutMs: 30_000,
  })
  await Promise.all(Array.from({ length: order.connections }, () => db.query('select 1')))
  const engine = createEngine({
    db,
    strategy: strategies[order.strategy],
    observer: gauge.observer,
  })
  if (order.work.dispatches) await startDispatching(db)
  clients = order.clients
  const { listingId, poolIds, linesEach, confirms } = order.work
  const random = createRandom(order.seed)
  const draw = () => poolIds[Math.floor(random() * poolIds.length)] ?? ''
  const wantedBy = (client: number) => {
    const drawn = new Set<string>()
    while (drawn.size < linesEach) drawn.add(draw())
    const lines = [...drawn].map((poolId) => ({ poolId, quantity: 1 }))
    return { customer: `client-${client}@example.com`, lines }
  }
  if (!confirms) {
    ask = async (client) => kindOf(await engine.reserve(listingId, wantedBy(client)))
    return
  }
  ask = async (client) => {
    const held = await engine.hold(listingId, { ...wantedBy(client), ttlMs: HOLD_MS })
    if (held.kind === 'refused') return kindOf(held)
    return kindOf(await engine.confirm(listingId, held.reservation.reservationId))
  }
}

const HOLD_MS = 600_000

/** Evento's statuses, so that both ways count alike. */
function kindOf(answer: CommandResult): string {
  return answer.kind === 'done' ? '200' : '409'
}
