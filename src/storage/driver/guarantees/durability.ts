/** Whether COMMIT means what it promises, as the server's settings have it. */
import type { Tx } from '../database.js'
import { sql } from '../statement.js'

const SELECT_SETTINGS = sql('durability.read_settings')`
  select current_setting('fsync') as "fsync",
         current_setting('full_page_writes') as "fullPageWrites",
         current_setting('synchronous_commit') as "synchronousCommit",
         current_setting('synchronous_standby_names') as "standbys"`

interface Settings {
  readonly fsync: string
  readonly fullPageWrites: string
  readonly synchronousCommit: string
  readonly standbys: string
}

/** Why what was acknowledged may be lost, one reason a setting; none for a server that keeps it. */
export async function readDurabilityRisks(db: Pick<Tx, 'query'>): Promise<readonly string[]> {
  const [settings] = await db.query<Settings>(SELECT_SETTINGS)
  if (settings === undefined) throw new Error('a server has settings')
  const { fsync, fullPageWrites, synchronousCommit, standbys } = settings
  const here = synchronousCommit === 'local' || synchronousCommit === 'remote_write'
  return [
    ...(fsync === 'on' ? [] : ['fsync is off']),
    ...(fullPageWrites === 'on' ? [] : ['full_page_writes is off']),
    ...(synchronousCommit === 'off' ? ['synchronous_commit is off'] : []),
    ...(here && standbys !== ''
      ? [
          `synchronous_commit is ${synchronousCommit}, though a standby is to keep what was acknowledged`,
        ]
      : []),
  ]
}
