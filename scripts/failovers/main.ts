/**
 * Failovers of a Patroni cluster under load, and what they cost:
 *
 *     npm run build && npx tsx scripts/failovers/main.ts [--times 30] [--async] [--json FILE] [--programs FOLDER]
 *
 * It serves the built product on three PostgreSQL under Patroni, lets callers reserve, kills the primary's
 * processes with SIGKILL, and counts on the recovered primary what was acknowledged. `--async` is the
 * control: the standbys confirm nothing, so something has to be lost, or the count would see nothing.
 *
 * Exit status: 0 as it should be; 1 when synchronous standbys lost something, a failover took longer than
 * 15 s, or the control lost nothing.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { table } from '../../src/cli/print/output.js'
import { until } from '../../test/support/until.js'
import { TIMES } from './configuration.js'
import { type Load, putOnSale, startLoad } from './load.js'
import { type Cluster, startCluster } from './patroni.js'

const PROGRAM = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** How long callers reserve before the kill, and after service has come back. */
const LOAD_MS = 2_000
/** The primary's standbys are sent nothing for so long before it dies, as on a network that fails with it. */
const STALL_MS = 100
/** An answer that was under way when the primary died may come a moment later. */
const UNDER_WAY_MS = 200
const SERVING_WITHIN_MS = 15_000

/** What one failover came to. */
interface Round {
  readonly round: number
  readonly acknowledged: number
  /** Acknowledged, and not there afterwards. */
  readonly lost: number
  /** There more often than it was acknowledged. */
  readonly doubled: number
  /** From the kill to the first reservation that was acknowledged after it. */
  readonly withoutServiceMs: number
  readonly problems: Readonly<Record<string, number>>
  readonly withoutRetryAfter: number
}

const { values: flags } = parseArgs({
  options: {
    times: { type: 'string', default: '30' },
    async: { type: 'boolean', default: false },
    json: { type: 'string' },
    programs: { type: 'string', default: '/usr/lib/postgresql/15/bin' },
  },
})
const times = Number(flags.times)
const isControl = flags.async

const cluster = await startCluster({ synchronous: !isControl, programs: flags.programs })
const rounds: Round[] = []
let service: ChildProcess | undefined
try {
  const environment = {
    ...process.env,
    DATABASE_URL: cluster.url,
    PORT: '0',
    HOLDFAST_PAGES: 'off',
  }
  const served = await serve(environment)
  service = served.child
  const words = ['keys', 'create', '--scope', 'admin', '--name', 'failovers']
  const apiKey = execFileSync(process.execPath, [PROGRAM, ...words], { env: environment })
  for (let round = 1; round <= times; round += 1) {
    const result = await failOver(round, served.address, `${apiKey}`.trim())
    rounds.push(result)
    console.error(JSON.stringify(result))
  }
} finally {
  service?.kill('SIGTERM')
  await cluster.close()
}
report()

async function serve(env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; address: string }> {
  const child = spawn(process.execPath, [PROGRAM, 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let log = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (log.length < 100_000) log += text
  })
  const address = await until('the service listens', () => {
    if (child.exitCode !== null) throw new Error('the service ended too soon')
    return /Server listening at (http:[^"]+)/.exec(log)?.[1]
  })
  return { child, address }
}

async function failOver(round: number, address: string, apiKey: string): Promise<Round> {
  await cluster.settled()
  const sale = await putOnSale(address, apiKey, `round ${round}`)
  const load = startLoad(sale)
  await pause(LOAD_MS)
  const killedMs = await cluster.killPrimary(STALL_MS)
  await until(
    'a reservation is acknowledged again',
    () => serviceAfter(load, killedMs) !== undefined,
  )
  await cluster.restart()
  await pause(LOAD_MS)
  await load.end()
  const found = await idsOn(cluster, sale.listingId)
  const ids = load.acknowledged.map(({ id }) => id)
  const lost = ids.filter((id) => !found.has(id)).length
  return {
    round,
    acknowledged: ids.length,
    lost,
    doubled: found.size - (ids.length - lost),
    withoutServiceMs: Math.round(serviceAfter(load, killedMs) ?? Number.POSITIVE_INFINITY),
    problems: load.problems,
    withoutRetryAfter: load.withoutRetryAfter,
  }
}

function serviceAfter({ acknowledged }: Load, killedMs: number): number | undefined {
  const first = acknowledged.find(({ atMs }) => atMs > killedMs + UNDER_WAY_MS)
  return first === undefined ? undefined : first.atMs - killedMs
}

async function idsOn(from: Cluster, listingId: string): Promise<ReadonlySet<string>> {
  const client = new pg.Client({ connectionString: await from.primaryUrl() })
  await client.connect()
  const { rows } = await client.query<{ id: string }>(
    'select reservation_id as id from holdfast.reservations where listing_id = $1',
    [listingId],
  )
  await client.end()
  return new Set(rows.map(({ id }) => id))
}

function report(): void {
  const sum = (value: (round: Round) => number) =>
    rounds.reduce((all, each) => all + value(each), 0)
  const gaps = rounds.map(({ withoutServiceMs }) => withoutServiceMs).sort((a, b) => a - b)
  const total = {
    mode: isControl ? 'asynchronous' : 'synchronous, strict',
    failovers: rounds.length,
    acknowledged: sum(({ acknowledged }) => acknowledged),
    lost: sum(({ lost }) => lost),
    failoversThatLost: rounds.filter(({ lost }) => lost > 0).length,
    doubled: sum(({ doubled }) => doubled),
    withoutRetryAfter: sum((each) => each.withoutRetryAfter),
    withoutServiceMs: { least: gaps[0], median: gaps[gaps.length >> 1], most: gaps.at(-1) },
    patroni: TIMES,
    stallMs: STALL_MS,
    ran: `${cluster.versions}, Node.js ${process.version}`,
    on: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
    at: new Date().toISOString(),
  }
  if (flags.json !== undefined) {
    writeFileSync(flags.json, `${JSON.stringify({ total, rounds }, null, 2)}\n`)
  }
  const cells = rounds.map((each) => [
    ...[each.round, each.acknowledged, each.lost, each.doubled, each.withoutServiceMs].map(String),
    Object.entries(each.problems)
      .map(([code, count]) => `${code} ${count}`)
      .join(', '),
  ])
  const head = ['ROUND', 'ACKNOWLEDGED', 'LOST', 'DOUBLED', 'WITHOUT SERVICE (ms)', 'MEANWHILE']
  console.log(table([head, ...cells]).join('\n'))
  console.log(JSON.stringify(total, null, 2))
  const isSlow = (gaps.at(-1) ?? 0) > SERVING_WITHIN_MS
  const isWrong = isControl ? total.lost === 0 : total.lost > 0 || total.doubled > 0 || isSlow
  process.exitCode = isWrong ? 1 : 0
}
