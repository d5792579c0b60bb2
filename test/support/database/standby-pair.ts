/**
 * A primary and a standby of the test's own, from the embedded programs, with a network between them
 * that can be cut. Both begin as one data folder, so that no back-up has to be taken.
 */
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPackage, prepareBinaries } from '../../../src/embedded/binaries.js'
import { dataFolder, HOLDFAST, prepareCluster } from '../../../src/embedded/cluster.js'
import { SYSTEM_FOLDER, serverAccount } from '../../../src/embedded/run-as.js'
import { startServer } from '../../../src/embedded/server.js'
import { openNetwork } from '../../../src/lab/chaos/network.js'
import { until } from '../until.js'
import { withClient } from './with-client.js'

export interface StandbyPair {
  readonly primaryUrl: string
  readonly standbyUrl: string
  /** Whether the primary's COMMITs wait for the standby from now on. */
  setSynchronous(on: boolean): Promise<void>
  /** From now on nothing that the primary writes reaches the standby. */
  cutStandby(): Promise<void>
  /** The primary is gone, and nobody takes over yet. */
  stopPrimary(): Promise<void>
  /** The standby becomes a primary. */
  promoteStandby(): Promise<void>
  /** The primary is gone for good, and the standby takes over. */
  failOver(): Promise<void>
  /** The primary comes back after that as what it was, and takes writes. @returns where it is now */
  returnPrimary(): Promise<string>
  close(): Promise<void>
}

/** Nothing here is restarted after a crash of the machine. */
const SETTINGS = {
  fsync: 'off',
  shared_buffers: '32MB',
  max_connections: '100',
  autovacuum: 'off',
  // For the statements of tests: see `OUR_TABLES_FIRST`.
  search_path: 'holdfast,public',
  wal_receiver_status_interval: '1',
}
const STANDBY = 'holdfast_standby'

export async function startStandbyPair(): Promise<StandbyPair> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-standby-'))
  chmodSync(folder, 0o755)
  const { binaries, account, data } = await prepareData(folder)

  const start = (which: keyof typeof data) => {
    const place = { binaries, account, data: data[which], log: join(folder, `${which}.log`) }
    return startServer(place, SETTINGS, async () => {})
  }
  const urlOf = (port: number) => `postgres://${HOLDFAST}@127.0.0.1:${port}/${HOLDFAST}`
  let primary = await start('primary')
  const primaryUrl = urlOf(primary.port)
  const network = await openNetwork(primaryUrl)
  const { port } = new URL(network.url)
  const source = `host=127.0.0.1 port=${port} user=${HOLDFAST}`
  appendFileSync(
    join(data.standby, 'postgresql.auto.conf'),
    `primary_conninfo = '${source} application_name=${STANDBY}'\n`,
  )
  writeFileSync(join(data.standby, 'standby.signal'), '')
  const standby = await start('standby')
  const standbyUrl = urlOf(standby.port)
  const askPrimary = (text: string) => withClient(primaryUrl, (client) => client.query(text))

  const stopPrimary = () => primary.stop()
  const promoteStandby = async () => {
    await withClient(standbyUrl, (client) => client.query('select pg_promote()'))
  }
  return {
    primaryUrl,
    standbyUrl,
    stopPrimary,
    promoteStandby,
    async setSynchronous(on) {
      await askPrimary(`alter system set synchronous_standby_names = '${on ? STANDBY : ''}'`)
      await askPrimary('select pg_reload_conf()')
      await until('the primary waits for the standby, or does not any more', async () => {
        const { rows } = await askPrimary(
          `select coalesce(max(sync_state), 'none') as state,
             current_setting('synchronous_standby_names') as names
           from pg_stat_replication`,
        )
        if (!on) return rows[0].names === ''
        return rows[0].state === 'sync' && rows[0].names === STANDBY
      })
    },
    async cutStandby() {
      await network.close()
      await until('the primary has no standby', async () => {
        const { rows } = await askPrimary('select from pg_stat_replication')
        return rows.length === 0
      })
    },
    async failOver() {
      await stopPrimary()
      await promoteStandby()
    },
    async returnPrimary() {
      primary = await start('primary')
      return urlOf(primary.port)
    },
    async close() {
      await network.close().catch(() => {})
      await Promise.all([primary.stop(), standby.stop()])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Twice the same data, which nobody serves yet. */
async function prepareData(folder: string) {
  const onProgress = () => {}
  const home = join(folder, 'primary')
  execFileSync('mkdir', ['-m', '755', home, join(folder, 'standby')])
  const account = await serverAccount(dataFolder(home))
  const packageFolder = await findPackage()
  const options = { packageFolder, home, systemFolder: SYSTEM_FOLDER, account, onProgress }
  const binaries = await prepareBinaries(options)
  await prepareCluster({ home, binaries, account, fresh: false, onProgress })
  // A wait that is broken off costs a connection; proving who one is would cost most of it.
  const who = ['all', 'replication'].map((what) => `host ${what} all 127.0.0.1/32 trust\n`)
  writeFileSync(join(dataFolder(home), 'pg_hba.conf'), who.join(''))
  const data = { primary: dataFolder(home), standby: dataFolder(join(folder, 'standby')) }
  execFileSync('cp', ['-a', data.primary, data.standby])
  return { binaries, account, data }
}
