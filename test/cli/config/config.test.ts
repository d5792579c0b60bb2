import { describe, expect, test } from 'vitest'
import { type Config, readConfig } from '../../../src/cli/config/config.js'
import { MAIL_SETTINGS } from '../../../src/cli/config/mail-settings.js'
import { LIMIT_SETTINGS, SETTINGS, type Setting } from '../../../src/cli/config/settings.js'
import { HoldfastError } from '../../../src/domain/errors.js'
import { LIMIT_DEFAULTS } from '../../../src/http/options.js'

const DEFAULTS: Config = {
  databaseUrl: undefined,
  port: 3000,
  host: '127.0.0.1',
  logLevel: 'info',
  connections: 4,
  strategy: 'batched',
  drainDelayMs: 0,
  trustProxy: false,
  evento: false,
  pages: true,
  storefrontKey: undefined,
  webhooksToLoopback: false,
  unsafeDurability: false,
  sessionSettings: true,
  preparedStatements: true,
  schema: 'holdfast',
  failPoint: undefined,
  limits: LIMIT_DEFAULTS,
  mail: {
    url: undefined,
    from: undefined,
    staff: undefined,
    language: 'en',
    templates: undefined,
    publicUrl: undefined,
  },
}

const VARIABLES = [
  'DATABASE_URL',
  'PGHOST',
  ...[SETTINGS, LIMIT_SETTINGS, MAIL_SETTINGS]
    .flatMap((settings): Setting<unknown>[] => Object.values(settings))
    .map(({ variable }) => variable),
]

const mailServer = 'allowed: smtps://user:password@host:465, or smtp:// with STARTTLS'
const sender =
  'allowed: an address, or a name with an address: Grand Hotel <bookings@hotel.example>'
const publicUrl = 'allowed: https://host, perhaps with a port and a path'

describe('readConfig', () => {
  test('asks for nothing: on a bare machine the first command works', () => {
    expect(readConfig({})).toEqual(DEFAULTS)
  })

  test('takes an empty variable for one that is not set', () => {
    const empty = Object.fromEntries(VARIABLES.map((variable) => [variable, '']))
    expect(readConfig(empty)).toEqual(DEFAULTS)
  })

  test('reads each variable, and none but its own', () => {
    const env = {
      DATABASE_URL: 'postgres://ada:secret@db.example.com:5433/hotel?sslmode=verify-full',
      PORT: '0',
      HOST: '::',
      LOG_LEVEL: 'debug',
      HOLDFAST_CONNECTIONS: '1000',
      HOLDFAST_STRATEGY: 'skip-locked',
      HOLDFAST_DRAIN_DELAY_MS: '5000',
      HOLDFAST_TRUST_PROXY: 'loopback, 10.0.0.0/8,2001:db8::1',
      HOLDFAST_EVENTO: 'on',
      HOLDFAST_WEBHOOKS_TO_LOOPBACK: 'on',
      HOLDFAST_ALLOW_UNSAFE_DURABILITY: 'on',
      HOLDFAST_SESSION_SETTINGS: 'off',
      HOLDFAST_PREPARED_STATEMENTS: 'off',
      HOLDFAST_SCHEMA: 'Ferien haus',
      HOLDFAST_FAIL_POINT: 'commit-sent:3',
      HOLDFAST_IN_FLIGHT_MAX: '1',
      HOLDFAST_LOOP_DELAY_MS_MAX: '2',
      HOLDFAST_SOCKETS_MAX: '3',
      HOLDFAST_KEY_REQUESTS_MAX: '4',
      HOLDFAST_ADDRESS_REQUESTS_MAX: '5',
      HOLDFAST_FAILED_KEYS_MAX: '6',
      HOLDFAST_STREAMS_MAX: '7',
      HOLDFAST_KEY_STREAMS_MAX: '8',
      HOLDFAST_ADDRESS_STREAMS_MAX: '9',
      HOLDFAST_ADDRESS_SOCKETS_MAX: '10',
      HOLDFAST_STOREFRONT_DAYS_MAX: '11',
      HOLDFAST_STOREFRONT_SLOTS_MAX: '12',
      HOLDFAST_STOREFRONT_NIGHTS_MAX: '13',
      HOLDFAST_CALLER_LOOKS_MAX: '14',
      PGHOST: 'elsewhere',
      HOLDFAST_SERVICE_HOST: '10.0.0.1',
    }
    expect(readConfig(env)).toEqual({
      ...DEFAULTS,
      databaseUrl: env.DATABASE_URL,
      port: 0,
      host: '::',
      logLevel: 'debug',
      connections: 1000,
      strategy: 'skip-locked',
      drainDelayMs: 5000,
      trustProxy: 'loopback,10.0.0.0/8,2001:db8::1',
      evento: true,
      webhooksToLoopback: true,
      unsafeDurability: true,
      sessionSettings: false,
      preparedStatements: false,
      schema: 'Ferien haus',
      failPoint: { point: 'commit-sent', nth: 3 },
      limits: {
        inFlightMax: 1,
        loopDelayMsMax: 2,
        connectionsMax: 3,
        keyRequestsMax: 4,
        addressRequestsMax: 5,
        failedKeysMax: 6,
        streamsMax: 7,
        keyStreamsMax: 8,
        addressStreamsMax: 9,
        addressSocketsMax: 10,
        storefrontDaysMax: 11,
        storefrontSlotsMax: 12,
        storefrontNightsMax: 13,
        callerLooksMax: 14,
      },
    })
  })

  test('reads the variables of the pages', () => {
    const storefrontKey = `hf_0123456789ab_${'x'.repeat(43)}`
    const config = readConfig({ HOLDFAST_PAGES: 'off', HOLDFAST_STOREFRONT_KEY: storefrontKey })
    expect(config).toEqual({ ...DEFAULTS, pages: false, storefrontKey })
  })

  test('reads the variables of e-mail', () => {
    const env = {
      MAIL_URL: 'smtps://ada:s3cr3t@mail.example.com',
      MAIL_FROM: 'Grand Hotel <bookings@hotel.example>',
      MAIL_STAFF: 'desk@hotel.example',
      MAIL_LANGUAGE: 'de',
      MAIL_TEMPLATES: '/etc/holdfast/mails',
      HOLDFAST_PUBLIC_URL: 'https://book.hotel.example/holdfast/',
    }
    expect(readConfig(env).mail).toEqual({
      url: env.MAIL_URL,
      from: { name: 'Grand Hotel', address: 'bookings@hotel.example' },
      staff: 'desk@hotel.example',
      language: 'de',
      templates: '/etc/holdfast/mails',
      publicUrl: 'https://book.hotel.example/holdfast',
    })
  })

  test('lets no webhook go to this machine in production', () => {
    const env = { HOLDFAST_WEBHOOKS_TO_LOOPBACK: 'on', NODE_ENV: 'production' }
    expect(() => readConfig(env)).toThrow('HOLDFAST_WEBHOOKS_TO_LOOPBACK lets sellers call')
    expect(readConfig({ ...env, HOLDFAST_WEBHOOKS_TO_LOOPBACK: 'off' })).toEqual(DEFAULTS)
  })

  test.each(['postgres://localhost/x', 'postgresql://localhost/x'])('takes %s', (url) => {
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url)
  })

  test.each([
    [{ PGHOST: 'db.example.com' }, 'postgres://db.example.com/'],
    [{ PGDATABASE: 'hotel' }, 'postgres://localhost/hotel'],
    [
      { PGHOST: 'db', PGPORT: '5433', PGUSER: 'ada@example.com', PGDATABASE: 'hotel' },
      'postgres://ada%40example.com@db:5433/hotel',
    ],
    [{ PGHOST: '/run/postgresql', PGDATABASE: 'hotel' }, 'postgres://%2Frun%2Fpostgresql/hotel'],
    [{ PGHOST: '::1', PGPORT: '1' }, 'postgres://[::1]:1/'],
    [{ PGHOST: 'db', PGPASSWORD: 's3cr3t' }, 'postgres://db/'],
  ])('takes the database that psql would take: %j', (env, url) => {
    expect(readConfig(env).databaseUrl).toBe(url)
  })

  test.each([
    [
      'postgresql://ada:s%40@/hotel?host=/run/postgresql&port=5433&sslmode=disable',
      'postgresql://ada:s%40@%2Frun%2Fpostgresql:5433/hotel?sslmode=disable',
    ],
    ['postgres://ada@/hotel?host=::1', 'postgres://ada@[::1]/hotel'],
    ['postgres://ada@:5433/hotel', 'postgres://ada@localhost:5433/hotel'],
    ['postgres://ada@/hotel', 'postgres://ada@localhost/hotel'],
    ['postgres:///hotel?host=/run/postgresql', 'postgres:///hotel?host=/run/postgresql'],
  ])('puts the host of %s, which libpq takes, in its place', (url, whole) => {
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(whole)
  })

  test('starts a server of its own when no variable names a database', () => {
    const env = { PGUSER: 'ada', PGPASSWORD: 's3cr3t', PGPORT: 'any' }
    expect(readConfig(env).databaseUrl).toBeUndefined()
  })

  test.each([
    ['on', true],
    ['off', false],
    ['192.0.2.7', '192.0.2.7'],
    ['uniquelocal', 'uniquelocal'],
  ])('takes HOLDFAST_TRUST_PROXY=%s', (text, value) => {
    expect(readConfig({ HOLDFAST_TRUST_PROXY: text }).trustProxy).toBe(value)
  })

  const url = 'allowed: postgres://user:password@host:5432/database'
  const port = 'allowed: a whole number from 0 to 65535'
  const connections = 'allowed: a whole number from 1 to 1000'
  const levels = 'allowed: one of fatal, error, warn, info, debug, trace, silent'
  const strategies =
    'allowed: one of pessimistic, optimistic, guarded, serializable, advisory, skip-locked, batched'
  const proxies = 'allowed: off, on (anybody), or addresses and ranges with commas between them'
  const points =
    'allowed: before-begin, after-take, before-commit, commit-sent, commit-acknowledged, ' +
    'with a colon and a number for a later pass, for instance commit-sent:3'
  const bad: [variable: string, value: string, sentence: string][] = [
    ['DATABASE_URL', 'localhost', `DATABASE_URL is not a URL; ${url}`],
    ['DATABASE_URL', 'localhost:5432/hotel', `DATABASE_URL begins with localhost://; ${url}`],
    ['DATABASE_URL', 'mysql://localhost/x', `DATABASE_URL begins with mysql://; ${url}`],
    ['DATABASE_URL', 'http://localhost/x', `DATABASE_URL begins with http://; ${url}`],
    ['DATABASE_URL', 'postgres://host:port/x', `DATABASE_URL is not a URL; ${url}`],
    ['PORT', '-1', `PORT is "-1"; ${port}`],
    ['PORT', '65536', `PORT is "65536"; ${port}`],
    ['PORT', '3000.5', `PORT is "3000.5"; ${port}`],
    ['PORT', 'http', `PORT is "http"; ${port}`],
    ['PORT', ' ', `PORT is " "; ${port}`],
    ['PORT', '0x50', `PORT is "0x50"; ${port}`],
    ['PORT', '8e3', `PORT is "8e3"; ${port}`],
    ['LOG_LEVEL', 'loud', `LOG_LEVEL is "loud"; ${levels}`],
    ['LOG_LEVEL', 'INFO', `LOG_LEVEL is "INFO"; ${levels}`],
    [
      'HOLDFAST_STOREFRONT_KEY',
      'secret',
      'HOLDFAST_STOREFRONT_KEY cannot be used; allowed: a key of scope storefront, hf_…',
    ],
    ['HOLDFAST_CONNECTIONS', '0', `HOLDFAST_CONNECTIONS is "0"; ${connections}`],
    ['HOLDFAST_CONNECTIONS', '1001', `HOLDFAST_CONNECTIONS is "1001"; ${connections}`],
    ['HOLDFAST_CONNECTIONS', 'many', `HOLDFAST_CONNECTIONS is "many"; ${connections}`],
    ['HOLDFAST_STRATEGY', 'naive', `HOLDFAST_STRATEGY is "naive"; ${strategies}`],
    ['HOLDFAST_STRATEGY', 'atomic', `HOLDFAST_STRATEGY is "atomic"; ${strategies}`],
    [
      'HOLDFAST_DRAIN_DELAY_MS',
      '1s',
      'HOLDFAST_DRAIN_DELAY_MS is "1s"; allowed: a whole number from 0 to 600000',
    ],
    ['HOLDFAST_TRUST_PROXY', 'yes', `HOLDFAST_TRUST_PROXY is "yes"; ${proxies}`],
    ['HOLDFAST_TRUST_PROXY', '10.0.0.0/33', `HOLDFAST_TRUST_PROXY is "10.0.0.0/33"; ${proxies}`],
    ['HOLDFAST_TRUST_PROXY', '10.0.0.0/8,', `HOLDFAST_TRUST_PROXY is "10.0.0.0/8,"; ${proxies}`],
    ['HOLDFAST_SESSION_SETTINGS', 'no', 'HOLDFAST_SESSION_SETTINGS is "no"; allowed: on or off'],
    [
      'HOLDFAST_PREPARED_STATEMENTS',
      '0',
      'HOLDFAST_PREPARED_STATEMENTS is "0"; allowed: on or off',
    ],
    ['HOLDFAST_FAIL_POINT', 'commit', `HOLDFAST_FAIL_POINT is "commit"; ${points}`],
    ['HOLDFAST_FAIL_POINT', 'commit-sent:0', `HOLDFAST_FAIL_POINT is "commit-sent:0"; ${points}`],
    ['HOLDFAST_FAIL_POINT', 'toString', `HOLDFAST_FAIL_POINT is "toString"; ${points}`],
    [
      'HOLDFAST_STREAMS_MAX',
      '0',
      'HOLDFAST_STREAMS_MAX is "0"; allowed: a whole number from 1 to 1000000000',
    ],
    ['MAIL_URL', 'http://mail.example.com', `MAIL_URL cannot be used; ${mailServer}`],
    ['MAIL_URL', 'smtp://', `MAIL_URL cannot be used; ${mailServer}`],
    ['MAIL_URL', 'smtp://mail.example.com/in?x=1', `MAIL_URL cannot be used; ${mailServer}`],
    ['MAIL_URL', 'smtp://a:%zz@mail.example.com', `MAIL_URL cannot be used; ${mailServer}`],
    ['MAIL_FROM', 'Grand Hotel', `MAIL_FROM is "Grand Hotel"; ${sender}`],
    [
      'MAIL_STAFF',
      'a@b.example, c@d.example',
      'MAIL_STAFF is "a@b.example, c@d.example"; allowed: one address',
    ],
    ['MAIL_LANGUAGE', 'pt', 'MAIL_LANGUAGE is "pt"; allowed: one of en, de, fr'],
    ['HOLDFAST_PUBLIC_URL', 'book.example', `HOLDFAST_PUBLIC_URL is "book.example"; ${publicUrl}`],
    [
      'HOLDFAST_PUBLIC_URL',
      'https://a.example#x',
      `HOLDFAST_PUBLIC_URL is "https://a.example#x"; ${publicUrl}`,
    ],
  ]
  test.each(bad)('refuses %s=%j by name, and says what is allowed', (variable, value, sentence) => {
    expect(() => readConfig({ [variable]: value })).toThrow(
      new HoldfastError('invalid_input', sentence),
    )
  })

  test('refuses a mail server without a sender', () => {
    expect(() => readConfig({ MAIL_URL: 'smtp://localhost' })).toThrow(
      new HoldfastError('invalid_input', `MAIL_FROM is not set, and MAIL_URL is; ${sender}`),
    )
  })

  test('refuses a PGPORT that is none', () => {
    expect(() => readConfig({ PGHOST: 'db', PGPORT: '0' })).toThrow(
      new HoldfastError('invalid_input', 'PGPORT is "0"; allowed: a whole number from 1 to 65535'),
    )
  })

  test('does not repeat a password that it could not make sense of', () => {
    const read = () => readConfig({ DATABASE_URL: 'postgres://ada:s3cr3t@host:port/x' })
    expect(read).toThrow(/^DATABASE_URL is not a URL/)
    expect(read).not.toThrow(/s3cr3t/)
  })
})
