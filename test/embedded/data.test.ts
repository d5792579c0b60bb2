/** What is kept, what is emptied, and how the server is set. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openEmbeddedPostgres } from '../../src/embedded/embedded.js'
import { defaultFolder } from '../../src/embedded/home.js'
import { later } from '../support/later.js'
import { query, SLOW_TEST_MS, serversOf, temporaryFolder } from './fixture.js'

test(
  'data survive a restart; a fresh start empties them, but not under other users',
  async () => {
    const folder = await temporaryFolder()
    const lines: string[] = []
    const first = await openEmbeddedPostgres({ folder, onProgress: (line) => lines.push(line) })
    expect(lines).toEqual([
      `Creating a PostgreSQL data folder in ${join(folder, 'postgres', 'data')}`,
    ])
    await query(first.url, 'create table kept as select 42 as answer')
    await first.release()
    expect(await serversOf(folder)).toEqual([])

    const second = await openEmbeddedPostgres({ folder })
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    await expect(openEmbeddedPostgres({ folder, fresh: true })).rejects.toMatchObject({
      code: 'embedded_unavailable',
      message: expect.stringContaining('somebody is using them right now'),
    })
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    // Not yet released when the next one comes: a share that is being given back is no use any more.
    const leaving = later(second.release())

    const third = await openEmbeddedPostgres({ folder, fresh: true })
    await leaving
    expect(await query(third.url, `select to_regclass('kept') as kept`)).toEqual([{ kept: null }])
    await third.release()
    const left = (await readdir(join(folder, 'postgres'))).sort()
    expect(left).toEqual(['data', 'keeper.log', 'postgres.log'])
  },
  SLOW_TEST_MS,
)

test(
  'the server is durable, in UTF-8, on loopback only, and asks for its password',
  async () => {
    const folder = await temporaryFolder()
    const postgres = await openEmbeddedPostgres({ folder })
    const url = new URL(postgres.url)

    const rows = await query(
      postgres.url,
      'select name, current_setting(name) as value from pg_settings',
    )
    const settings = new Map(rows.map((row) => [row['name'], row['value']]))
    for (const [name, value] of Object.entries({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: '256MB',
      max_wal_size: '2GB',
      jit: 'off',
      cluster_name: 'holdfast',
      server_encoding: 'UTF8',
      password_encryption: 'scram-sha-256',
    })) {
      expect(settings.get(name), name).toBe(value)
    }
    const about = `
    select
      current_user::text as "user",
      current_database()::text as database,
      (select rolsuper from pg_roles where rolname = current_user) as superuser,
      (select datlocprovider::text || ' ' || datlocale
       from pg_database where datname = current_database()) as locale,
      'ÄßÇ' = upper('äßç') as upper_works`
    expect(await query(postgres.url, about)).toEqual([
      {
        user: 'holdfast',
        database: 'holdfast',
        superuser: true,
        locale: 'b C.UTF-8',
        upper_works: true,
      },
    ])

    for (const address of otherAddresses()) {
      expect(await answers(address, Number(url.port)), `listens on ${address}`).toBe(false)
    }
    expect(await answers('127.0.0.1', Number(url.port))).toBe(true)

    url.password = 'wrong'
    await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })

    const data = join(folder, 'postgres', 'data')
    expect((await stat(data)).mode & 0o777).toBe(0o700)
    for (const secret of [
      join(data, 'holdfast-password'),
      join(folder, 'postgres', 'keeper.json'),
    ]) {
      expect((await stat(secret)).mode & 0o777, secret).toBe(0o600)
    }
    await postgres.release()
  },
  SLOW_TEST_MS,
)

test(
  'a server that cannot start is told in one sentence with the end of its log',
  async () => {
    const folder = await temporaryFolder()
    const settings = { no_such_setting: 'on' }
    const outcome = openEmbeddedPostgres({ folder, settings })
    await expect(outcome).rejects.toMatchObject({
      code: 'embedded_unavailable',
      message: expect.stringMatching(/^PostgreSQL did not start\. .*\n.*"no_such_setting"/),
    })
    const postgres = await openEmbeddedPostgres({ folder })
    await postgres.release()
  },
  SLOW_TEST_MS,
)

test(
  'data of another major version are refused and left alone',
  async () => {
    const folder = await temporaryFolder()
    const postgres = await openEmbeddedPostgres({ folder })
    await postgres.release()
    const version = join(folder, 'postgres', 'data', 'PG_VERSION')
    await writeFile(version, '9\n')
    await expect(openEmbeddedPostgres({ folder })).rejects.toThrow(/are from PostgreSQL 9/)
    expect(await readFile(version, 'utf8')).toBe('9\n')
  },
  SLOW_TEST_MS,
)

test('a folder that cannot be made is told in one sentence', async () => {
  const folder = join(await temporaryFolder(), 'a-file')
  await writeFile(folder, '')
  await expect(openEmbeddedPostgres({ folder })).rejects.toMatchObject({
    code: 'embedded_unavailable',
    message: expect.stringContaining(folder),
  })
})

test('the data folder is beside the nearest package.json above, else where we are', async () => {
  const here = new URL('.', import.meta.url).pathname
  const root = new URL('../..', import.meta.url).pathname
  expect(await defaultFolder(here)).toBe(join(root, '.holdfast'))
  const bare = await temporaryFolder()
  expect(await defaultFolder(bare)).toBe(join(bare, '.holdfast'))
})

/** Addresses of this machine other than the one address on which the server may listen. */
function otherAddresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  const outward = own.filter(({ internal, scopeid }) => !internal && !scopeid)
  return ['::1', ...outward.map(({ address }) => address)]
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 5_000 })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
