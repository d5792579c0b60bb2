/** The measured server: one process over one strategy, with Evento's face, and /v1 when that is asked for. */
import type { StrategyName } from '../../src/strategies/strategy.js'
import { answerOrders } from '../child.js'
import { profiling } from '../profile.js'
import { shipped } from '../shipped.js'
import { startDispatching } from './dispatcher.js'
import { createGauge } from './gauge.js'

export type ServerOrder =
  | {
      readonly kind: 'serve'
      readonly databaseUrl: string
      readonly strategy: StrategyName
      readonly connections: number
      /** The whole service, /v1 included. */
      readonly service?: boolean
      /** Tells of what is written, see `Work`. */
      readonly dispatches?: boolean
    }
  | { readonly kind: 'gauge' }
  | { readonly kind: 'profile'; readonly ms: number }

/** All callers of a measurement have one address and one key. */
const WITHOUT_END = 1_000_000_000

const gauge = createGauge()

answerOrders(async (order: ServerOrder) => {
  if (order.kind === 'gauge') return gauge.read()
  if (order.kind === 'profile') return profiling(order.ms)
  return serve(order)
})

/** Resolves with the port it listens on. */
async function serve(order: Extract<ServerOrder, { kind: 'serve' }>): Promise<number> {
  const { createApp, holdfastOn, openDatabase, strategies } = await shipped()
  const db = openDatabase({
    url: order.databaseUrl,
    connectionsMax: order.connections,
    applicationName: 'holdfast bench server',
    acquireTimeoutMs: 30_000,
  })
  const strategy = strategies[order.strategy]
  const holdfast = holdfastOn(db, { strategy, observer: gauge.observer })
  const app = createApp({
    holdfast,
    evento: { modes: [holdfast] },
    v1: order.service ?? false,
    limits: {
      addressRequestsMax: WITHOUT_END,
      addressSocketsMax: WITHOUT_END,
      keyRequestsMax: WITHOUT_END,
    },
  })
  await Promise.all(Array.from({ length: order.connections }, () => db.query('select 1')))
  if (order.dispatches) await startDispatching(db)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
