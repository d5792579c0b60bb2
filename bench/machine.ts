/** What the figures were taken on: they mean nothing without it. */
import os from 'node:os'
import type pg from 'pg'

export interface Machine {
  readonly measuredOn: string
  readonly processor: string
  readonly cores: number
  readonly memoryGb: number
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly embedded: boolean
  /** Settings that matter to a commit or a cache. */
  readonly settings: Readonly<Record<string, string>>
}

const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
  'checkpoint_timeout',
  'max_connections',
]

const SELECT_SETTINGS = `
  select name, current_setting(name) as value
  from pg_settings
  where name = any($1)
  order by array_position($1, name)`

export async function machineOf(client: pg.Client, embedded: boolean): Promise<Machine> {
  const { rows: settings } = await client.query<{ name: string; value: string }>(SELECT_SETTINGS, [
    SETTINGS,
  ])
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  )
  return {
    measuredOn: new Date().toISOString().slice(0, 10),
    processor: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release().split('-')[0]}`,
    node: process.version.slice(1),
    postgres: rows[0]?.version.split(' ')[0] ?? 'unknown',
    embedded,
    settings: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
  }
}
