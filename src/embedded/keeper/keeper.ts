/**
 * Why this file: a process of its own that looks after one server, for all commands that use it at
 * once. It starts the server, and stops it when the last user is gone, however that user ended.
 *
 * It is started by `launchKeeper` with its orders as arguments. Exit code 0: it did its work, or
 * another keeper was first.
 */
import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { HoldfastError } from '../../domain/errors.js'
import { findPackage, prepareBinaries } from '../binaries.js'
import { dataFolder, HOLDFAST, prepareCluster, readPassword } from '../cluster.js'
import { clearLeftover } from '../postmaster.js'
import { serverAccount } from '../run-as.js'
import { type Server, startServer, trimLog } from '../server.js'
import { createUsers, type Users } from '../users.js'
import type { KeeperRecord } from './keeper-protocol.js'
import {
  claimHome,
  holdsClaim,
  publishRecord,
  retractRecord,
  TOUCH_EVERY_MS,
  touchRecord,
} from './keeper-record.js'

/** What a keeper is told when it is launched. */
export interface KeeperOrders {
  readonly home: string
  readonly fresh: boolean
  readonly settings: Readonly<Record<string, string>>
  readonly systemFolder: string
  readonly packageFolder?: string
}

/** The only word of a keeper to who launched it: what became of its claim on the home. */
export type KeeperWord = 'claimed' | 'lost' | { readonly failed: string }

/** Another keeper has taken the home over; our users will find it by themselves. */
class ClaimLost extends Error {}

const SLOW_START_MS = 3_000
const TRIM_LOG_EVERY_MS = 10_000

async function keep(orders: KeeperOrders): Promise<void> {
  const ending = new EventEmitter()
  const toldToEnd = new Promise<void>((resolve) => ending.once('end', resolve))
  const token = randomBytes(24).toString('base64url')
  const users = createUsers(token, () => ending.emit('end'))
  const listener = createServer((socket) => users.welcome(socket)).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address() as { port: number }
  const record: KeeperRecord = {
    pid: process.pid,
    host: hostname(),
    port,
    token,
    home: orders.home,
  }

  // A terminal that goes away is not our concern; being told to end is.
  process.on('SIGHUP', () => {})
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.emit('end'))

  const word = await claimHome(record).then<KeeperWord, KeeperWord>(
    (claimed) => (claimed ? 'claimed' : 'lost'),
    (error) => ({ failed: sentenceOf(error) }),
  )
  await report(word)
  if (word !== 'claimed') return
  setInterval(() => void touchRecord(record), TOUCH_EVERY_MS)

  let server: Server | undefined
  try {
    server = await start(orders, record, users)
    await publishRecord(record)
    const url = `postgresql://${HOLDFAST}:${await readPassword(orders.home)}@127.0.0.1:${server.port}/${HOLDFAST}`
    users.settle({ say: 'ready', url })
    setInterval(() => void trimLog(logFile(orders)).catch(() => {}), TRIM_LOG_EVERY_MS)
    await Promise.race([toldToEnd, server.ended])
  } catch (error) {
    if (error instanceof ClaimLost) return
    const sentence = sentenceOf(error)
    console.error(`${new Date().toISOString()} ${sentence}`)
    // Whoever had this keeper launched should hear why before it goes, but a next attempt should
    // not find it any more.
    if (users.anyone()) await retractRecord(record)
    users.settle({ say: 'failed', sentence })
    await toldToEnd
  }
  // In this order: while the record is there somebody listens; when nobody listens any more, the
  // next keeper may come, and it waits for the server to be gone.
  users.close()
  await retractRecord(record)
  listener.close()
  await server?.stop()
}

async function start(orders: KeeperOrders, record: KeeperRecord, users: Users): Promise<Server> {
  const onProgress = (line: string) => users.progress(line)
  const { home, systemFolder } = orders
  const data = dataFolder(home)
  const packageFolder = orders.packageFolder ?? (await findPackage())
  const account = await serverAccount(data)
  const binaries = await prepareBinaries({ packageFolder, home, systemFolder, account, onProgress })

  const mayClear = async () => {
    if (!(await holdsClaim(record))) throw new ClaimLost()
  }
  await mayClear()
  await clearLeftover(data, binaries.pgCtl)
  await prepareCluster({ home, binaries, account, fresh: orders.fresh, onProgress })

  const slow = setTimeout(
    () => onProgress('PostgreSQL is still starting; after a crash it first reads its log again'),
    SLOW_START_MS,
  )
  try {
    const place = { binaries, account, data, log: logFile(orders) }
    return await startServer(place, orders.settings, mayClear)
  } finally {
    clearTimeout(slow)
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof HoldfastError) return error.message
  const why = error instanceof Error ? error.message : `${error}`
  const advice = why.startsWith('spawn EPERM')
    ? 'Root may not change its account here: run Holdfast as another user, or set DATABASE_URL.'
    : 'Set DATABASE_URL to use another PostgreSQL.'
  return `The embedded PostgreSQL could not be started: ${why}. ${advice}`
}

const logFile = (orders: KeeperOrders) => join(orders.home, 'postgres.log')

/** The launcher may be dead by now; the keeper goes on, finds no user, and ends. */
async function report(word: KeeperWord): Promise<void> {
  if (!process.send) return
  await new Promise<void>((done) => process.send?.(word, () => done()))
  if (process.connected) process.disconnect()
}

await keep(JSON.parse(process.argv[2] ?? '{}'))
// Closes the connections of those who wait for the server to have stopped.
process.exit(0)
