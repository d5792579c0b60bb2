/** A primary and a standby, with a gate between them that can swallow what the primary sends. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { HOLDFAST } from '../../src/embedded/cluster.js'
import { withSession } from '../load/recount.js'
import type { Clusters, Postgres } from './clusters.js'
import { type Gate, openGate } from './gate.js'

export interface Pair {
  readonly primary: Postgres
  readonly standby: Postgres
  /** What the standby is sent goes through it. */
  readonly replication: Gate
  /** The primary is killed, and the standby is the primary from then on. */
  failOver(): Promise<void>
  remove(): Promise<void>
}

const STANDBY = 'holdfast_standby'
/** The data are copied for each failover. */
const SMALL = { max_wal_size: '64MB', min_wal_size: '32MB' }
const FOLLOWING_MAX_MS = 30_000
const LOOK_AGAIN_MS = 20

const SELECT_FOLLOWING = `
  select count(*)::integer as following
  from pg_stat_replication
  where state = 'streaming'
    and (sync_state = 'sync') = $1`

/**
 * Both begin as one copy of the data, so that no back-up has to be taken.
 *
 * @param synchronous whether a COMMIT of the primary waits for the standby
 * @param primary that does not run, such as the one that an earlier failover left; default a new one
 */
export async function openPair(
  clusters: Clusters,
  name: string,
  synchronous: boolean,
  primary = clusters.copy(`${name}-primary`),
): Promise<Pair> {
  const standby = clusters.copyOf(primary, `${name}-standby`)
  await primary.start({ ...SMALL, synchronous_standby_names: synchronous ? STANDBY : '' })
  const replication = await openGate(primary.port)
  const source = `host=127.0.0.1 port=${replication.port} user=${HOLDFAST}`
  appendFileSync(
    join(standby.data, 'postgresql.auto.conf'),
    `primary_conninfo = '${source} application_name=${STANDBY}'\n`,
  )
  writeFileSync(join(standby.data, 'standby.signal'), '')
  await standby.start(SMALL)
  await following(primary.url, synchronous)
  return {
    ...{ primary, standby, replication },
    async failOver() {
      await primary.kill()
      await withSession(standby.url, (client) => client.query('select pg_promote()'))
    },
    async remove() {
      await replication.close()
      await Promise.all([primary.remove(), standby.remove()])
    },
  }
}

async function following(url: string, synchronous: boolean): Promise<void> {
  const deadline = performance.now() + FOLLOWING_MAX_MS
  await withSession(url, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ following: number }>(SELECT_FOLLOWING, [synchronous])
      if (rows[0]?.following === 1) return
      if (performance.now() > deadline) throw new Error('the standby does not follow its primary')
      await pause(LOOK_AGAIN_MS)
    }
  })
}
