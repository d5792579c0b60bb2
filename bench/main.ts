/**
 * `npm run bench`: reservations a second on one hot pool over HTTP, each strategy, as ratios to
 * `pessimistic` in the same run. Absolute figures depend on the machine; ratios travel better.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { openEmbeddedPostgres } from '../src/embedded/embedded.js'
import { openDatabase } from '../src/storage/database.js'
import { isStrategyName } from '../src/strategies/strategy.js'
import { type HotPoolRow, hotPool } from './hot-pool.js'
import { summarize, tableOf } from './table.js'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    clients: { type: 'string', default: '16,64' },
    strategies: { type: 'string' },
    out: { type: 'string', default: 'bench/results/hot-pool.json' },
  },
})

const say = (line: string) => process.stderr.write(`${line}\n`)
const server =
  process.env['DATABASE_URL'] === undefined
    ? await openEmbeddedPostgres({ onProgress: say })
    : { url: process.env['DATABASE_URL'], release: async () => {} }
try {
  const rows: HotPoolRow[] = await hotPool({
    databaseUrl: server.url,
    ...(values.strategies
      ? { strategies: values.strategies.split(',').filter(isStrategyName) }
      : {}),
    clients: values.clients.split(',').map(Number),
    rounds: Number(values.rounds),
    warmUpMs: 1000,
    measureMs: Number(values.seconds) * 1000,
    onProgress: say,
  })
  const machine = await machineOf(server.url)
  const summary = summarize(rows)
  process.stdout.write(`${tableOf(summary)}\n\n${Object.values(machine).join(', ')}\n`)
  await mkdir(new URL('results/', import.meta.url), { recursive: true })
  await writeFile(values.out, `${JSON.stringify({ machine, summary, rows }, null, 2)}\n`)
  say(`written to ${values.out}`)
} finally {
  await server.release()
}

async function machineOf(url: string) {
  const db = openDatabase({ url, connectionsMax: 1 })
  const [row] = await db.query<{ version: string }>('select version() as version')
  await db.close()
  return {
    processor: `${os.cpus().length} × ${os.cpus()[0]?.model.trim() ?? 'unknown'}`,
    node: `Node ${process.version}`,
    postgres: row?.version.split(' on ')[0] ?? 'unknown',
    measured: new Date().toISOString().slice(0, 10),
  }
}
