/**
 * PostgreSQL servers of the run's own, from the embedded programs: each begins as a copy of one data
 * folder that the product has migrated, with one API key in it, and can be killed as a crash kills it.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Binaries, findPackage, prepareBinaries } from '../../src/embedded/binaries.js'
import { dataFolder, HOLDFAST, prepareCluster } from '../../src/embedded/cluster.js'
import { readPostmaster } from '../../src/embedded/postmaster.js'
import { type Account, SYSTEM_FOLDER, serverAccount } from '../../src/embedded/run-as.js'
import { type Server, startServer } from '../../src/embedded/server.js'
import { withSession } from '../load/recount.js'
import { holdfast } from './command.js'
import { killNow, leaveFolder, leaveProcess } from './leavings.js'
import { childrenOf } from './processes.js'

/** What every server of a run is made from. */
export interface Clusters {
  /** A folder of the run's own; gone with it. */
  readonly folder: string
  /** An admin's key, the same in every copy. */
  readonly apiKey: string
  /** PostgreSQL's, as it says it itself. */
  readonly version: string
  /** @param place an empty folder for the data; default one beside the others */
  copy(name: string, place?: string): Postgres
  /** A copy of a server that does not run. */
  copyOf(stopped: Postgres, name: string): Postgres
  close(): void
}

export interface Postgres {
  readonly data: string
  /** Of the server that runs now, or of the last one. */
  readonly port: number
  readonly url: string
  /** More settings hold from the next start on. */
  start(settings?: Readonly<Record<string, string>>): Promise<void>
  /** Postmaster and children, with SIGKILL, all at once. Resolves when they are gone. */
  kill(): Promise<void>
  /** In good order; it may be started again. */
  stop(): Promise<void>
  /** Stops it, and removes the data. */
  remove(): Promise<void>
}

/** Durable, as the product insists; small, because several of them run side by side. */
const SETTINGS = {
  shared_buffers: '32MB',
  max_connections: '150',
  max_wal_size: '256MB',
  wal_receiver_status_interval: '1',
}
const GONE_TRIES_MAX = 500

const SELECT_VERSION = `select split_part(current_setting('server_version'), ' ', 1) as version`

export async function openClusters(onProgress: (line: string) => void): Promise<Clusters> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-faults-'))
  chmodSync(folder, 0o755)
  const forget = leaveFolder(folder)
  const home = join(folder, 'template')
  mkdirSync(home, { mode: 0o755 })
  const account = await serverAccount(dataFolder(home))
  const binaries = await prepareBinaries({
    ...{ packageFolder: await findPackage(), home, systemFolder: SYSTEM_FOLDER },
    ...{ account, onProgress },
  })
  await prepareCluster({ home, binaries, account, fresh: false, onProgress: () => {} })
  const who = ['all', 'replication'].map((what) => `host ${what} all 127.0.0.1/32 trust\n`)
  writeFileSync(join(dataFolder(home), 'pg_hba.conf'), who.join(''))

  const template = postgresIn(home, binaries, account)
  await template.start()
  await holdfast(['migrate'], template.url)
  const apiKey = await holdfast(
    ['keys', 'create', '--scope', 'admin', '--name', 'faults'],
    template.url,
  )
  const version = await withSession(template.url, async (client) => {
    const { rows } = await client.query<{ version: string }>(SELECT_VERSION)
    return rows[0]?.version ?? 'unknown'
  })
  await template.stop()
  const copied = (data: string, place: string) => {
    execFileSync('mkdir', ['-p', '-m', '755', place])
    execFileSync('cp', ['-a', data, dataFolder(place)])
    return postgresIn(place, binaries, account)
  }
  return {
    folder,
    version,
    apiKey: apiKey.trim(),
    copy: (name, place = join(folder, name)) => copied(dataFolder(home), place),
    copyOf: (stopped, name) => copied(stopped.data, join(folder, name)),
    close() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
      forget()
    },
  }
}

function postgresIn(place: string, binaries: Binaries, account: Account | undefined): Postgres {
  const data = dataFolder(place)
  let server: Server | undefined
  let port = 0
  let settings: Readonly<Record<string, string>> = SETTINGS
  let forget = () => {}
  const stop = async () => {
    await server?.stop()
    server = undefined
    forget()
  }
  return {
    data,
    get port() {
      return port
    },
    get url() {
      return `postgres://${HOLDFAST}@127.0.0.1:${port}/${HOLDFAST}`
    },
    async start(more = {}) {
      settings = { ...settings, ...more }
      const where = { binaries, account, data, log: join(place, 'server.log') }
      server = await startServer(where, settings, async () => {})
      port = server.port
      const { pid = 0 } = (await readPostmaster(data)) ?? {}
      forget = leaveProcess(pid)
    },
    async kill() {
      const { pid = 0 } = (await readPostmaster(data)) ?? {}
      const family = [pid, ...childrenOf(pid)]
      for (const each of family) killNow(each)
      await server?.ended
      server = undefined
      forget()
      for (let i = 0; i < GONE_TRIES_MAX && family.some(isRunning); i += 1) await pause(10)
    },
    stop,
    async remove() {
      await stop()
      rmSync(data, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** False for what is left of a process until its parent looks. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}
