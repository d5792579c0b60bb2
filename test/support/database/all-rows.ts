/** Everything that a database holds, in a form that two looks at it can be compared in. */
import type { Tx } from '../../../src/storage/driver/database.js'

/** Each table's name with a hash of all its rows: a difference names the table that changed. */
export async function hashOfAllRows(db: Pick<Tx, 'query'>): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {}
  for (const name of await tablesOf(db)) {
    const [row] = await db.query<{ hash: string }>(
      `select md5(coalesce(string_agg(line, e'\\n' order by line), '')) as hash
       from (select t::text as line from ${name} as t) as rows`,
    )
    hashes[name] = row?.hash ?? ''
  }
  return hashes
}

async function tablesOf(db: Pick<Tx, 'query'>): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    `select quote_ident(tablename) as name
     from pg_tables
     where schemaname = 'holdfast'
     order by tablename`,
  )
  return tables.map(({ name }) => name)
}

/** Each table's name with all its rows as text. */
export async function textOfAllRows(db: Pick<Tx, 'query'>): Promise<Record<string, string>> {
  const texts: Record<string, string> = {}
  for (const name of await tablesOf(db)) {
    const [row] = await db.query<{ text: string }>(
      `select coalesce(string_agg(t::text, e'\\n'), '') as text from ${name} as t`,
    )
    texts[name] = row?.text ?? ''
  }
  return texts
}
