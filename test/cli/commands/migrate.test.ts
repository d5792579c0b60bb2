/** `holdfast migrate`, and what other commands say of a database that was not migrated. */
import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { withClient, withEmptyDatabase } from '../../support/database/empty-database.js'
import { later } from '../../support/later.js'
import { run } from '../../support/process/command.js'
import { until } from '../../support/until.js'

const MIGRATIONS = readdirSync(new URL('../../../migrations/', import.meta.url)).sort()

const ROOM_OF_ITS_OWN =
  'Give Holdfast a schema of its own: HOLDFAST_SCHEMA, or the option `schema` of the library, names one'

describe('migrate', () => {
  test('applies every file once, however many begin at the same time', async () => {
    await withEmptyDatabase(async (url) => {
      const migrate = () => run(['migrate', '--json'], { DATABASE_URL: url })
      const ended = await Promise.all([migrate(), migrate(), migrate()])
      expect(ended.map(({ status, stderr }) => [status, stderr])).toEqual(ended.map(() => [0, '']))
      const applied = ended.flatMap(({ stdout }) => JSON.parse(stdout).applied)
      expect(applied.sort()).toEqual(MIGRATIONS)
    })
  })

  test('tells a person what it did, or that there was nothing to do', async () => {
    await withEmptyDatabase(async (url) => {
      const first = await run(['migrate'], { DATABASE_URL: url })
      expect(first.stdout).toBe(MIGRATIONS.map((name) => `applied ${name}\n`).join(''))
      const second = await run(['migrate'], { DATABASE_URL: url })
      expect([second.status, second.stdout]).toEqual([0, 'The schema is up to date.\n'])
    })
  })

  test('that cannot be done exits with 1 and says which file', async () => {
    await withEmptyDatabase(async (url) => {
      await withClient(url, (client) => client.query('create table public.listings ()'))
      const [env, words] = [{ DATABASE_URL: url, HOLDFAST_SCHEMA: 'public' }, ['migrate']]
      const { status, stdout, stderr } = await run(words, env)
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toBe(
        `holdfast: 0001_reservations.sql: relation "listings" already exists. ${ROOM_OF_ITS_OWN}\n`,
      )
    })
  })

  test("beside another tool's schema_migrations says so, and what it advises works", async () => {
    await withEmptyDatabase(async (url) => {
      await withClient(url, async (client) => {
        await client.query('create table schema_migrations (version varchar primary key)')
        await client.query(`insert into schema_migrations values ('20260101000000')`)
      })
      const sentence = `holdfast: another tool keeps its schema_migrations in Holdfast's schema. ${ROOM_OF_ITS_OWN}\n`
      for (const words of [['migrate'], ['keys', 'list']]) {
        const refused = await run(words, { DATABASE_URL: url, HOLDFAST_SCHEMA: 'public' })
        expect(refused).toEqual({ status: 2, stdout: '', stderr: sentence })
      }
      const own = { DATABASE_URL: url, HOLDFAST_SCHEMA: 'Ferien "haus"' }
      const made = await run(['migrate', '--json'], own)
      expect(JSON.parse(made.stdout).applied).toEqual(MIGRATIONS)
      const listed = await run(['keys', 'list', '--json'], own)
      expect([listed.status, listed.stdout]).toEqual([0, '[]\n'])
    })
  })

  test('refuses a database whose encoding lacks most letters of people’s names', async () => {
    await withEmptyDatabase(
      async (url) => {
        const { status, stderr } = await run(['migrate'], { DATABASE_URL: url })
        expect(status).toBe(2)
        expect(stderr).toMatch(
          /^holdfast: the database's encoding is LATIN1, .* encoding 'UTF8' .*\n$/,
        )
      },
      {
        create: `encoding 'LATIN1' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0`,
      },
    )
  })

  test('takes a URL that has its host in the query alone, as sockets are handed out', async () => {
    await withEmptyDatabase(async (url) => {
      const { username, password, hostname, port, pathname } = new URL(url)
      const query = `host=${hostname}&port=${port}&application_name=a%20b`
      const odd = `postgresql://${username}:${password}@${pathname}?${query}`
      const { status, stderr } = await run(['migrate'], { DATABASE_URL: odd })
      expect([status, stderr]).toEqual([0, ''])
    })
  })
})

describe('another command', () => {
  test('changes no schema: it says what to run', async () => {
    await withEmptyDatabase(async (url) => {
      const ask = async (...words: string[]) => {
        const { status, stdout, stderr } = await run(words, { DATABASE_URL: url })
        return [status, stdout, stderr]
      }
      const first = 'holdfast: the database has no schema yet: run `holdfast migrate` first\n'
      expect(await ask('keys', 'list')).toEqual([2, '', first])
      expect(await ask('audit')).toEqual([2, '', first])
      await run(['migrate'], { DATABASE_URL: url })
      await withClient(url, (client) =>
        client.query('delete from schema_migrations where version = 2'),
      )
      const older =
        "holdfast: the database's schema is older than this program: run `holdfast migrate` first\n"
      expect(await ask('listings', 'list')).toEqual([2, '', older])
      await withClient(url, (client) =>
        client.query(`insert into schema_migrations values (2, 'x', 'x'), (9999, 'x', 'x')`),
      )
      const newer =
        "holdfast: the database's schema is newer than this program: run a newer version of Holdfast\n"
      expect(await ask('listings', 'list')).toEqual([2, '', newer])
    })
  })

  test('tells in a sentence what the database refuses: exit status 1', async () => {
    await withEmptyDatabase(async (url) => {
      await run(['migrate'], { DATABASE_URL: url })
      await withClient(url, (client) => client.query('alter table api_keys rename to keys_gone'))
      expect(await run(['keys', 'list'], { DATABASE_URL: url })).toEqual({
        status: 1,
        stdout: '',
        stderr: 'holdfast: the database refused: relation "holdfast.api_keys" does not exist\n',
      })
    })
  })

  test('whose connection breaks on the way says so: exit status 1', async () => {
    await withEmptyDatabase(async (url) => {
      await run(['migrate'], { DATABASE_URL: url })
      await withClient(url, async (holder) => {
        await holder.query('begin')
        await holder.query('lock table api_keys')
        const command = later(run(['keys', 'list'], { DATABASE_URL: url }))
        await until('the command waits for the lock', () =>
          // A transaction that is under way would see the same picture again and again.
          withClient(url, async (watcher) => {
            const { rowCount } = await watcher.query(
              `select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and wait_event_type = 'Lock'`,
            )
            return rowCount === 1
          }),
        )
        const { status, stdout, stderr } = await command
        expect([status, stdout]).toEqual([1, ''])
        expect(stderr).toMatch(/^holdfast: the connection to the database was lost: [^\n]*\n$/)
      })
    })
  })

  const place = '127.0.0.1:1/d'
  test.each([
    [`postgres://u:p@${place}?sslmode=verify-full&sslrootcert=/nowhere`, /ENOENT.*\/nowhere/],
    [`postgres://u:s3cr3t%e4@${place}`, /an escape \(%\) in it stands for no character of UTF-8/],
    [
      `postgres://u:s3cr3t@${place}?schema=shop`,
      /has schema=shop, but .* the schema holdfast: .* set HOLDFAST_SCHEMA=shop/,
    ],
    [
      `postgres://u:s3cr3t@${place}?currentSchema=shop`,
      /has currentSchema=shop, but .* the schema holdfast/,
    ],
    ['postgres://u:s3cr3t@', /cannot reach|is not a URL|cannot be used/],
  ])('says in a sentence why it cannot use %s: exit status 2', async (url, sentence) => {
    for (const words of [['migrate'], ['keys', 'list']]) {
      const { status, stdout, stderr } = await run(words, { DATABASE_URL: url })
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(sentence)
      expect(stderr).toMatch(/^holdfast: [^\n]*\n$/)
      expect(stderr).not.toContain('s3cr3t')
    }
  })

  test.runIf(existsSync('/dev/full'))('says that a disk is full: exit status 2', () => {
    const program = new URL('../../../dist/cli/main.js', import.meta.url).pathname
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [program, 'config'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
      env: {},
    })
    closeSync(full)
    expect(stderr).toMatch(/^holdfast: the result cannot be written: ENOSPC[^\n]*\n$/)
    expect(status).toBe(2)
  })

  test('that cannot reach its database says so: exit status 2', async () => {
    const ended = await run(['audit'], { DATABASE_URL: 'postgres://holdfast@127.0.0.1:1/x' })
    expect(ended.status).toBe(2)
    expect(ended.stderr).toBe(
      'holdfast: cannot reach the database: connect ECONNREFUSED 127.0.0.1:1\n',
    )
  })
})
