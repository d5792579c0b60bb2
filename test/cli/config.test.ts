import { describe, expect, test } from 'vitest'
import { type Config, readConfig } from '../../src/cli/config.js'
import { HoldfastError } from '../../src/domain/errors.js'

const DEFAULTS: Config = {
  databaseUrl: undefined,
  port: 3000,
  host: '127.0.0.1',
  logLevel: 'info',
  connections: 4,
}

describe('readConfig', () => {
  test('asks for nothing: on a bare machine the first command works', () => {
    expect(readConfig({})).toEqual(DEFAULTS)
  })

  test('takes an empty variable for one that is not set', () => {
    const empty = { DATABASE_URL: '', PORT: '', HOST: '', LOG_LEVEL: '', HOLDFAST_CONNECTIONS: '' }
    expect(readConfig(empty)).toEqual(DEFAULTS)
  })

  test('reads each variable, and none but its own', () => {
    const env = {
      DATABASE_URL: 'postgres://ada:secret@db.example.com:5433/hotel?sslmode=verify-full',
      PORT: '0',
      HOST: '::',
      LOG_LEVEL: 'debug',
      HOLDFAST_CONNECTIONS: '1000',
      PGHOST: 'elsewhere',
    }
    expect(readConfig(env)).toEqual({
      databaseUrl: env.DATABASE_URL,
      port: 0,
      host: '::',
      logLevel: 'debug',
      connections: 1000,
    })
  })

  test.each(['postgres://localhost/x', 'postgresql://localhost/x'])('takes %s', (url) => {
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url)
  })

  const url = 'allowed: postgres://user:password@host:5432/database'
  const port = 'allowed: a whole number from 0 to 65535'
  const connections = 'allowed: a whole number from 1 to 1000'
  const levels = 'allowed: one of fatal, error, warn, info, debug, trace, silent'
  const bad: [variable: string, value: string, sentence: string][] = [
    ['DATABASE_URL', 'localhost', `DATABASE_URL is no URL; ${url}`],
    ['DATABASE_URL', 'localhost:5432/hotel', `DATABASE_URL begins with localhost://; ${url}`],
    ['DATABASE_URL', 'mysql://localhost/x', `DATABASE_URL begins with mysql://; ${url}`],
    ['DATABASE_URL', 'http://localhost/x', `DATABASE_URL begins with http://; ${url}`],
    ['DATABASE_URL', 'postgres://host:port/x', `DATABASE_URL is no URL; ${url}`],
    ['PORT', '-1', `PORT is "-1"; ${port}`],
    ['PORT', '65536', `PORT is "65536"; ${port}`],
    ['PORT', '3000.5', `PORT is "3000.5"; ${port}`],
    ['PORT', 'http', `PORT is "http"; ${port}`],
    ['PORT', ' ', `PORT is " "; ${port}`],
    ['PORT', '0x50', `PORT is "0x50"; ${port}`],
    ['PORT', '8e3', `PORT is "8e3"; ${port}`],
    ['LOG_LEVEL', 'loud', `LOG_LEVEL is "loud"; ${levels}`],
    ['LOG_LEVEL', 'INFO', `LOG_LEVEL is "INFO"; ${levels}`],
    ['HOLDFAST_CONNECTIONS', '0', `HOLDFAST_CONNECTIONS is "0"; ${connections}`],
    ['HOLDFAST_CONNECTIONS', '1001', `HOLDFAST_CONNECTIONS is "1001"; ${connections}`],
    ['HOLDFAST_CONNECTIONS', 'many', `HOLDFAST_CONNECTIONS is "many"; ${connections}`],
  ]
  test.each(bad)('refuses %s=%j by name, and says what is allowed', (variable, value, sentence) => {
    expect(() => readConfig({ [variable]: value })).toThrow(
      new HoldfastError('invalid_input', sentence),
    )
  })

  test('does not repeat a password that it could not make sense of', () => {
    const read = () => readConfig({ DATABASE_URL: 'postgres://ada:s3cr3t@host:port/x' })
    expect(read).toThrow(/^DATABASE_URL is no URL/)
    expect(read).not.toThrow(/s3cr3t/)
  })
})
