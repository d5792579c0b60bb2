/** `holdfast config`: what is in force and why, fit to be shown to anybody. */
import { describe, expect, test } from 'vitest'
import { run } from '../../support/process/command.js'

interface Row {
  readonly variable: string
  readonly value: unknown
  readonly source: string
}

async function configOf(env: NodeJS.ProcessEnv): Promise<{ settings: Row[]; unknown: string[] }> {
  const { stdout, status, stderr } = await run(['config', '--json'], env)
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

const NO_DATABASE = { DATABASE_URL: '' }

describe('holdfast config', () => {
  test('shows every value and where it came from', async () => {
    const { settings } = await configOf({
      DATABASE_URL: 'postgres://db.example.com/hotel',
      PORT: '8000',
      HOLDFAST_STRATEGY: 'guarded',
      HOLDFAST_SESSION_SETTINGS: 'off',
      HOLDFAST_FAIL_POINT: 'commit-sent:3',
    })
    const told = settings.map(({ variable, value, source }) => [variable, value, source])
    expect(told).toContainEqual(['DATABASE_URL', 'postgres://db.example.com/hotel', 'environment'])
    expect(told).toContainEqual(['PORT', 8000, 'environment'])
    expect(told).toContainEqual(['HOST', '127.0.0.1', 'default'])
    expect(told).toContainEqual(['HOLDFAST_STRATEGY', 'guarded', 'environment'])
    expect(told).toContainEqual(['HOLDFAST_SESSION_SETTINGS', 'off', 'environment'])
    expect(told).toContainEqual(['HOLDFAST_PREPARED_STATEMENTS', 'on', 'default'])
    expect(told).toContainEqual(['HOLDFAST_EVENTO', 'off', 'default'])
    expect(told).toContainEqual(['HOLDFAST_ALLOW_UNSAFE_DURABILITY', 'off', 'default'])
    expect(told).toContainEqual(['HOLDFAST_FAIL_POINT', 'commit-sent:3', 'environment'])
    expect(told).toContainEqual(['HOLDFAST_STREAMS_MAX', 1000, 'default'])
  })

  test.each([
    ['in the URL', { DATABASE_URL: 'postgres://ada:s3cr3t@db/hotel' }],
    ['in its query', { DATABASE_URL: 'postgres://db/hotel?user=ada&password=s3cr3t' }],
    ['in PGPASSWORD', { DATABASE_URL: '', PGHOST: 'db', PGPASSWORD: 's3cr3t' }],
    [
      'of the mail server',
      { MAIL_URL: 'smtp://ada:s3cr3t@mail.example', MAIL_FROM: 'a@b.example' },
    ],
    ['in both', { DATABASE_URL: 'postgres://ada:s3cr3t@db/hotel', PGPASSWORD: 's3cr3t' }],
  ])('hides a password %s', async (_where, env) => {
    for (const words of [['config'], ['config', '--json']]) {
      const { stdout, stderr } = await run(words, env)
      expect(stdout + stderr).not.toContain('s3cr3t')
      expect(stdout).toContain('***')
    }
  })

  test('says that a server of its own is started when no database is named', async () => {
    const { settings } = await configOf(NO_DATABASE)
    expect(settings[0]).toMatchObject({ variable: 'DATABASE_URL', value: null, source: 'default' })
  })

  test('points at variables that do nothing, for whoever misspelled one', async () => {
    const env = { ...NO_DATABASE, HOLDFAST_CONNECTION: '8' }
    expect((await configOf(env)).unknown).toEqual(['HOLDFAST_CONNECTION'])
    const { stdout } = await run(['config'], env)
    expect(stdout).toContain('HOLDFAST_CONNECTION is set, but Holdfast has no such variable.\n')
  })

  test('refuses what every other command refuses, with the same sentence', async () => {
    const ended = await run(['config'], { PORT: 'http' })
    expect(ended).toEqual({
      status: 2,
      stdout: '',
      stderr: 'holdfast: PORT is "http"; allowed: a whole number from 0 to 65535\n',
    })
  })
})
