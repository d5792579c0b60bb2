import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/cli/config/config.js'
import { withoutPassword } from '../../src/cli/config/database-url.js'
import { databaseHosts } from '../../src/domain/database-hosts.js'

const urlsOf = (text: string) => databaseHosts(text).urls

describe('a URL with several hosts', () => {
  test.each([
    [
      'as libpq writes it',
      'postgres://ada:s3cr3t@a:5432,b:5433/shop?sslmode=verify-full',
      [
        'postgres://ada:s3cr3t@a:5432/shop?sslmode=verify-full',
        'postgres://ada:s3cr3t@b:5433/shop?sslmode=verify-full',
      ],
    ],
    ['without ports', 'postgresql://a,b/shop', ['postgresql://a/shop', 'postgresql://b/shop']],
    [
      'with addresses of IPv6',
      'postgres://[::1],[::2]:5433/x',
      ['postgres://[::1]/x', 'postgres://[::2]:5433/x'],
    ],
    [
      'in its query, with a port for each',
      'postgres://ada@/shop?host=a,::1&port=5432,5433',
      ['postgres://ada@a:5432/shop', 'postgres://ada@[::1]:5433/shop'],
    ],
    [
      'in its query, sockets with one port for all',
      'postgres://ada@/shop?host=/run/one,/run/two&port=5433',
      ['postgres://ada@%2Frun%2Fone:5433/shop', 'postgres://ada@%2Frun%2Ftwo:5433/shop'],
    ],
  ])('is one URL for each, %s', (_, text, urls) => {
    expect(urlsOf(text)).toEqual(urls)
  })

  test('wants a server that takes writes, within two seconds for each, unless it says otherwise', () => {
    expect(databaseHosts('postgres://a,b/x')).toMatchObject({
      target: 'read-write',
      connectTimeoutMs: 2_000,
    })
    for (const target of ['read-write', 'primary', 'any']) {
      const text = `postgres://a,b/x?target_session_attrs=${target}&connect_timeout=5`
      expect(databaseHosts(text)).toMatchObject({ target, connectTimeoutMs: 5_000 })
    }
  })

  test('leaves a URL with one host as it is, whatever other programs read in it', () => {
    for (const text of [
      'postgres://ada:a,b@host:5432/x?options=-c%20search_path=a,b',
      'postgres://host/x?target_session_attrs=standby&connect_timeout=0',
      'postgresql://ada@/x?host=/run/postgresql',
    ]) {
      expect(databaseHosts(text)).toMatchObject({ urls: [text], target: 'any' })
    }
  })

  test.each([
    ['postgres://a,,b/x', /^DATABASE_URL has an empty host among several; allowed: host1:5432,/],
    [
      'postgres://a:5432,b:x/x',
      /^DATABASE_URL has an invalid port; allowed: a whole number from 1 to 65535$/,
    ],
    ['postgres://a:0,b/x', /^DATABASE_URL has an invalid port/],
    ['postgres://ada:s3,cr3t/x', /^DATABASE_URL has an invalid port/],
    [
      'postgres://u@/x?host=a,b,c&port=1,2',
      /^DATABASE_URL names 3 hosts and 2 ports; allowed: one port for all/,
    ],
    ['postgres://a/x?port=1,2', /^DATABASE_URL names 1 host and 2 ports/],
    [
      'postgres://a,b/x?connect_timeout=soon',
      /has connect_timeout=soon; allowed: whole seconds from 1 to 3600$/,
    ],
    [
      'postgres://a,b/x?target_session_attrs=writable',
      /allowed: read-write, primary, any \(left out,/,
    ],
    ['postgres://a/x?target_session_attrs=writable', /allowed: read-write, primary, any/],
    [
      'postgres://a,b/x?target_session_attrs=prefer-standby',
      /and Holdfast writes: leave it out, or take read-write;/,
    ],
    ['mysql://a,b/x', /begins with mysql:|is not a URL/],
  ])('is refused with what is allowed: %s', (text, sentence) => {
    const read = () => readConfig({ DATABASE_URL: text })
    expect(read).toThrow(sentence)
    expect(read).not.toThrow(/cr3t/)
  })

  test('comes from the variables of psql as well, and is shown without its password', () => {
    const { databaseUrl } = readConfig({
      PGHOST: 'a,b',
      PGPORT: '5432,5433',
      PGUSER: 'ada',
      PGDATABASE: 'shop',
      PGTARGETSESSIONATTRS: 'primary',
    })
    expect(databaseHosts(databaseUrl ?? '')).toMatchObject({
      urls: [
        'postgres://ada@a:5432/shop?target_session_attrs=primary',
        'postgres://ada@b:5433/shop?target_session_attrs=primary',
      ],
      target: 'primary',
    })
    expect(withoutPassword('postgres://ada:s3cr3t@a:1,b:2/x?password=s3cr3t&sslmode=require')).toBe(
      'postgres://ada:***@a:1,b:2/x?password=***&sslmode=require',
    )
  })
})
