/** `holdfast keys`: the first key of a deployment, and the end of one. */
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../../../src/access/keyring.js'
import { newId } from '../../../src/domain/ids.js'
import { useDatabase } from '../../support/database/test-database.js'
import { run } from '../../support/process/command.js'
import { givenPools } from '../../support/stock/factory.js'

const held = useDatabase()
const keys = (...words: string[]) => run(['keys', ...words], { DATABASE_URL: held.url })

/** Whose key a server takes this for. */
const principalOf = (key: string) => createKeyring({ db: held.db }).recognise(key)

describe('keys create', () => {
  test('prints the key alone on stdout, and a server takes it', async () => {
    const { status, stdout, stderr } = await keys('create', '--scope', 'admin', '--name', 'till')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^hf_[0-9a-f]{12}_[\w-]{43}\n$/)
    expect(stderr).toMatch(
      /^This is the only time that the key is shown\. Its id: [0-9a-f-]{36}\n$/,
    )
    expect(await principalOf(stdout.trim())).toMatchObject({ scope: 'admin' })
  })

  test('keeps nothing from which the key could be had again', async () => {
    const { stdout } = await keys('create', '--scope', 'admin', '--name', 'secret')
    const secret = stdout.trim().replace(/^hf_[0-9a-f]{12}_/, '')
    const rows = await held.db.query<{ row: string }>('select api_keys::text as row from api_keys')
    for (const { row } of rows) expect(row).not.toContain(secret)
  })

  test('makes a key for listings, and tells all of it as JSON', async () => {
    const { listingId } = await givenPools(held.db, 1)
    const other = await givenPools(held.db, 1)
    const { status, stdout, stderr } = await keys(
      ...['create', '--scope', 'storefront', '--name', 'shop', '--json'],
      ...['--listing', listingId, '--listing', other.listingId],
      ...['--origin', 'https://shop.example', 'http://localhost:5173'],
    )
    expect([status, stderr]).toEqual([0, ''])
    const key = JSON.parse(stdout)
    expect(key).toMatchObject({ name: 'shop', scope: 'storefront', revoked_at: null })
    expect(key.origins).toEqual(['https://shop.example', 'http://localhost:5173'])
    expect(key.listing_ids.sort()).toEqual([listingId, other.listingId].sort())
    expect(await principalOf(key.key)).toMatchObject({ keyId: key.id, scope: 'storefront' })
  })

  test.each([
    [['--scope', 'admin'], /required option '--name/],
    [['--name', 'x'], /required option '--scope/],
    [['--scope', 'king', '--name', 'x'], /Allowed choices are admin, seller, storefront/],
    [['--scope', 'storefront', '--name', 'x'], /name at least one/],
    [['--scope', 'seller', '--name', 'x', '--origin', '*'], /origins are for a storefront's key/],
    [['--scope', 'seller', '--name', 'x', '--listing', 'nonsense'], /nonsense does not exist/],
    [['--scope', 'seller', '--name', 'x', '--listing', newId()], /does not exist/],
    [['--scope', 'admin', '--name', 'a\nb'], /a key's name has 1 to 200 printable characters/],
  ])('refuses %j in a sentence, with exit status 2', async (words, sentence) => {
    const { status, stdout, stderr } = await keys('create', ...words)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(sentence)
    expect(stderr).not.toMatch(/ {4}at /)
  })
})

describe('keys list and revoke', () => {
  test('a revoked key is listed as revoked, and no server takes it any more', async () => {
    const made = JSON.parse(
      (await keys('create', '--scope', 'admin', '--name', 'lost', '--json')).stdout,
    )
    const { status, stdout } = await keys('revoke', made.id)
    expect([status, stdout]).toEqual([
      0,
      `revoked ${made.id} (lost); running servers know within a second\n`,
    ])
    expect(await principalOf(made.key)).toBeUndefined()
    const all = JSON.parse((await keys('list', '--json')).stdout)
    const row = all.find((key: { id: string }) => key.id === made.id)
    expect(row.revoked_at).toEqual(expect.any(String))
    const { stdout: table } = await keys('list')
    expect(table).toMatch(
      new RegExp(`^${made.id}  admin +hf_${made.prefix}_… +lost +revoked 2`, 'm'),
    )
    expect(table + JSON.stringify(all)).not.toContain(made.key)
  })

  test('more keys than one page are all told', async () => {
    await held.db.query(
      `insert into api_keys (key_id, name, scope, prefix, secret_hash)
       select gen_random_uuid(), 'many', 'admin', lpad(to_hex(n), 12, '0'), sha256(n::text::bytea)
       from generate_series(1, 450) as n`,
    )
    const all: { name: string }[] = JSON.parse((await keys('list', '--json')).stdout)
    expect(all.filter(({ name }) => name === 'many')).toHaveLength(450)
  })

  test.each(['nonsense', newId()])('there is no key %s to revoke: exit status 2', async (id) => {
    const { status, stdout, stderr } = await keys('revoke', id)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe(`holdfast: there is no key ${id}; \`holdfast keys list\` has all\n`)
  })
})
