/** What docs/operating.md says of variables, sessions and metrics is what there is. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { configRows } from '../../src/cli/commands/config.js'
import { openDatabase } from '../../src/storage/driver/database.js'
import { withClient } from '../support/database/empty-database.js'
import { appOn } from '../support/http/app-on.js'
import { useService } from '../support/http/service.js'

const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
const mailPage = readFileSync(new URL('../../docs/notices/mail.md', import.meta.url), 'utf8')
const service = useService()

/** The rows of the table whose heading begins with this word. */
function rowsOf(heading: string, text = page): string[][] {
  const [, body = ''] =
    new RegExp(`^\\| ${heading} .*\\n\\|[-|]+\\n((?:\\|.*\\n)+)`, 'm').exec(text) ?? []
  return body
    .trim()
    .split('\n')
    .map((row) => row.slice(2, -2).split(' | '))
}

const plain = (cell: string | undefined) => cell?.replaceAll('`', '')

describe('the page on operating', () => {
  test('has every variable with its default, and no other', () => {
    const told = [page, mailPage]
      .flatMap((text) => rowsOf('variable', text))
      .map(([variable, otherwise]) => [plain(variable), plain(otherwise)])
    const real = configRows({}).map(({ variable, value }) => [variable, String(value ?? 'none')])
    expect(told.sort()).toEqual(real.sort())
  })

  test('gives the role of a pooler what each session is given otherwise', async () => {
    const settings = [...page.matchAll(/alter role holdfast_app set (\w+) = '([^']+)'/g)]
    const told = Object.fromEntries(settings.map(([, name = '', value = '']) => [name, value]))
    const look = `select name, setting, unit, current_setting(name) as value from pg_settings`
    const db = openDatabase({ url: service.url, connectionsMax: 1 })
    const ours = await db.query<{ name: string; value: string }>(look)
    await db.close()
    const [bare, version] = await withClient(service.url, async (client) => [
      (await client.query<{ name: string; value: string }>(look)).rows,
      (await client.query('show server_version_num')).rows[0].server_version_num,
    ])
    const before = new Map(bare.map(({ name, value }) => [name, value]))
    const set = ours.filter(({ name, value }) => {
      return name !== 'application_name' && before.get(name) !== value
    })
    // The embedded server compiles nothing as it is.
    const { jit, ...changed } = told
    expect(jit).toBe('off')
    const { transaction_timeout, ...known } = changed
    expect(transaction_timeout).toBe('10s')
    expect(Object.fromEntries(set.map(({ name, value }) => [name, value]))).toEqual(
      Number(version) >= 170_000 ? changed : known,
    )
  })

  test('names metrics that there are, and all that are ours', async () => {
    const app = appOn(service.db)
    const { body } = await app.inject('/metrics')
    await app.close()
    const names = [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    const told = rowsOf('metric').map(([name]) => plain(name))
    expect(names).toEqual(expect.arrayContaining(told))
    const ours = names.filter((name) => name?.startsWith('holdfast_'))
    expect(told).toEqual(expect.arrayContaining(ours))
  })

  test('links to pages that there are', () => {
    for (const [, path = ''] of page.matchAll(/\]\(([\w./-]+\.md)\)/g)) {
      expect(() => readFileSync(new URL(`../../docs/${path}`, import.meta.url)), path).not.toThrow()
    }
  })
})
