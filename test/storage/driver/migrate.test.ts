import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isFault } from '../../../src/domain/errors.js'
import { migrate, readMigrations } from '../../../src/storage/driver/migrate.js'
import { withClient, withEmptyDatabase } from '../../support/database/empty-database.js'

/** A folder with these files, for a schema of the test's own. */
async function withFolder(
  files: Record<string, string>,
  work: (folder: string, write: (name: string, text: string) => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-migrations-'))
  const write = (name: string, text: string) => writeFile(join(folder, name), text)
  try {
    for (const [name, text] of Object.entries(files)) await write(name, text)
    await work(folder, write)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const appliedIn = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query('select name from schema_migrations order by version')
    return rows.map((row) => row.name)
  })

const tablesIn = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query(
      `select tablename as name from pg_tables where schemaname = 'holdfast' order by 1`,
    )
    return rows.map((row) => row.name)
  })

async function faultOf(work: Promise<unknown>) {
  const error: unknown = await work.then(
    () => 'it went well',
    (thrown: unknown) => thrown,
  )
  if (!isFault(error)) throw error
  return { code: error.code, message: error.message }
}

describe('migrate', () => {
  test('applies each file once when twenty processes start on an empty database at once', async () => {
    await withEmptyDatabase(async (url) => {
      const names = (await readMigrations()).map((migration) => migration.name)
      const applied = await Promise.all(Array.from({ length: 20 }, () => migrate(url)))
      expect(applied.filter((one) => one.length > 0)).toEqual([names])
      expect(await appliedIn(url)).toEqual(names)
    })
  })

  test('does nothing the second time, and the newer files only when some are there already', async () => {
    await withFolder({ '0001_a.sql': 'create table a ();' }, async (folder, write) => {
      await withEmptyDatabase(async (url) => {
        expect(await migrate(url, { folder })).toEqual(['0001_a.sql'])
        expect(await migrate(url, { folder })).toEqual([])
        await write('0002_b.sql', 'create table b ();')
        await write('0010_c.sql', 'create table c ();')
        expect(await migrate(url, { folder })).toEqual(['0002_b.sql', '0010_c.sql'])
        expect(await tablesIn(url)).toEqual(['a', 'b', 'c', 'schema_migrations'])
      })
    })
  })

  test('spreads nothing where there are no nodes, and says what it would need', async () => {
    await withFolder({ '0001_a.sql': 'create table a ();' }, async (folder) => {
      await withEmptyDatabase(async (url) => {
        expect(await faultOf(migrate(url, { folder, spread: true }))).toEqual({
          code: 'invalid_input',
          message:
            'this PostgreSQL has no workers to spread the tables over: they come with Citus and `citus_add_node`',
        })
        expect(await tablesIn(url)).toEqual([])
      })
    })
  })

  test('runs every statement of a file, and takes comments and semicolons for what they are', async () => {
    const text = [
      '-- A comment; with a semicolon in it.',
      'create table a (note text);',
      '',
      "insert into a values ('one; two');   ",
      'insert into a',
      "  values ('three');",
      '-- A comment at the end.',
      '',
    ].join('\n')
    await withFolder({ '0001_a.sql': text }, async (folder) => {
      await withEmptyDatabase(async (url) => {
        await migrate(url, { folder })
        const { rows } = await withClient(url, (client) => client.query('select note from a'))
        expect(rows.map((row) => row.note)).toEqual(['one; two', 'three'])
      })
    })
  })

  test('refuses a file that was edited after it was applied, and says what to do', async () => {
    await withFolder({ '0001_a.sql': 'create table a ();' }, async (folder, write) => {
      await withEmptyDatabase(async (url) => {
        await migrate(url, { folder })
        await write('0001_a.sql', 'create table a (b integer);')
        await write('0002_b.sql', 'create table b ();')
        expect(await faultOf(migrate(url, { folder }))).toEqual({
          code: 'migration_failed',
          message:
            '0001_a.sql was edited after it was applied: put it back and write a new migration instead',
        })
        expect(await tablesIn(url)).toEqual(['a', 'schema_migrations'])
      })
    })
  })

  test('refuses a database that a newer version has migrated, instead of writing into it', async () => {
    await withFolder({ '0001_a.sql': 'create table a ();' }, async (folder) => {
      await withEmptyDatabase(async (url) => {
        await migrate(url, { folder })
        await withClient(url, (client) =>
          client.query(`insert into schema_migrations values (2, '0002_future.sql', 'x')`),
        )
        expect(await faultOf(migrate(url, { folder }))).toEqual({
          code: 'migration_failed',
          message:
            'the database has migration 0002_future.sql, which this version of Holdfast does not know: run a newer one',
        })
      })
    })
  })

  test('leaves nothing behind when a statement fails, names its file, and can be run again', async () => {
    const files = {
      '0001_a.sql': 'create table a ();\n',
      '0002_b.sql': 'create table b ();\ncreate table a ();\n',
    }
    await withFolder(files, async (folder, write) => {
      await withEmptyDatabase(async (url) => {
        expect(await faultOf(migrate(url, { folder }))).toEqual({
          code: 'migration_failed',
          message: expect.stringMatching(/^0002_b\.sql: relation "a" already exists\. /),
        })
        expect(await tablesIn(url)).toEqual([])
        await write('0002_b.sql', 'create table b ();\n')
        expect(await migrate(url, { folder })).toEqual(['0001_a.sql', '0002_b.sql'])
      })
    })
  })

  test('tells a role that may not do it who can allow it, and what it tells works', async () => {
    const role = `holdfast_migrating_${randomBytes(6).toString('hex')}`
    await withEmptyDatabase(async (url) => {
      const asRole = new URL(url)
      Object.assign(asRole, { username: role, password: 'secret' })
      const cure = async () => {
        const { code, message } = await faultOf(migrate(asRole.href))
        const [, denied, grants] =
          /^(permission denied \w+) .*\. Their owner can allow it: (grant .*)$/.exec(message) ?? []
        expect([code, denied]).toEqual(['migration_failed', expect.any(String)])
        await withClient(url, (client) => client.query(grants ?? ''))
      }
      await withClient(url, (client) => client.query(`create role ${role} login password 'secret'`))
      await cure()
      expect(await migrate(asRole.href)).not.toEqual([])
      expect(await migrate(asRole.href)).toEqual([])
      await withClient(url, async (client) => {
        await client.query(`drop owned by ${role} cascade`)
        await client.query('create schema holdfast')
      })
      await cure()
      expect(await migrate(asRole.href)).not.toEqual([])
      await withClient(url, (client) => client.query(`drop owned by ${role} cascade`))
      await withClient(url, (client) => client.query(`drop role ${role}`))
    })
  })

  test('refuses a file without a number, which would have no place in the order', async () => {
    await withFolder({ 'a.sql': 'create table a ();' }, async (folder) => {
      expect(await faultOf(readMigrations(folder))).toEqual({
        code: 'migration_failed',
        message: 'a.sql does not begin with a number',
      })
    })
  })

  test('says in one sentence that nobody listens at the URL', async () => {
    expect(await faultOf(migrate('postgres://holdfast@127.0.0.1:1/holdfast'))).toEqual({
      code: 'database_unavailable',
      message: 'cannot reach the database: connect ECONNREFUSED 127.0.0.1:1',
    })
  })

  test('gives up by itself when somebody listens there who is no PostgreSQL', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    try {
      const fault = await faultOf(migrate(`postgres://holdfast@127.0.0.1:${port}/holdfast`))
      expect(fault.code).toBe('database_unavailable')
    } finally {
      silent.close()
    }
  })
})
