/**
 * One server of a race: an operating-system process with connections of its own, forked by
 * `servers.ts` and told over its channel what to serve. It ends when the channel does, so that
 * nothing is left behind even if the race is killed. Ctrl-C reaches the whole group of processes;
 * only the race decides what it means.
 */
import { createApp } from '../http/app.js'
import { openDatabase } from '../storage/database.js'
import { CONTESTANTS, createContestant } from './contestants.js'
import { requireLabDatabase } from './lab-database.js'
import type { ContestantName } from './race.js'

/** What the race tells a server to do. */
export interface ServerOrders {
  readonly databaseUrl: string
  readonly strategy: ContestantName
  readonly connections: number
  /** The first port to try; the next free one from there is taken. */
  readonly port: number
}

/** What a server tells the race. */
export type ServerReport =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'failed'; readonly message: string }

const PORTS_TRIED_MAX = 200

process.on('SIGINT', () => {})
process.once('disconnect', () => process.exit(0))
process.once('message', (orders: ServerOrders) => {
  serve(orders).then(report, (error: Error) => report({ kind: 'failed', message: error.message }))
})

function report(message: ServerReport): void {
  process.send?.(message)
}

async function serve(orders: ServerOrders): Promise<ServerReport> {
  const db = openDatabase({
    url: orders.databaseUrl,
    connectionsMax: orders.connections,
    applicationName: 'holdfast lab server',
    acquireTimeoutMs: 30_000,
  })
  const contestant = CONTESTANTS[orders.strategy]
  if (!contestant.safe) await requireLabDatabase(db)
  const app = createApp({ db, engines: [createContestant(contestant, db)] })
  await Promise.all(Array.from({ length: orders.connections }, () => db.query('select 1')))
  const lastPort = Math.min(65_535, orders.port + PORTS_TRIED_MAX)
  for (let port = orders.port; ; port += 1) {
    try {
      await app.listen({ port, host: '127.0.0.1' })
      return { kind: 'listening', port }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || port === lastPort) throw error
    }
  }
}
