/**
 * Where PostgreSQL is spread over several nodes, each statement goes to one of them as it is: one task, and
 * with it one node and a COMMIT of one phase. Those that do not are listed, each with its reason.
 */
import { readdir } from 'node:fs/promises'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { NIL_ID } from '../../src/domain/ids.js'
import { statements } from '../../src/storage/driver/statement.js'
import { inSchema } from '../../src/storage/schema/in-schema.js'
import { isSpread, WITHOUT_CITUS } from '../support/database/citus/nodes.js'
import { useDatabase } from '../support/database/test-database.js'
import { withClient } from '../support/database/with-client.js'

const held = useDatabase()

const EVERY_LISTING = 'it is about every listing: each node is asked'
const ELSEWHERE = 'it is sent to one PostgreSQL alone; this one has another way'

/** By the name of a statement, or by how several names begin. */
const NOT_ONE_TASK: Readonly<Record<string, string>> = {
  'every_listing.audit.': `${ELSEWHERE}: an audit goes from listing to listing`,
  'every_listing.': EVERY_LISTING,
  'every_listing_notices.find_due_destinations': `${ELSEWHERE}: gather_due_destinations`,
  'every_listing_notices.': EVERY_LISTING,
  'every_listing_webhooks.': EVERY_LISTING,
  'events.insert_if_listened':
    'listeners are on every node, so no shard is left out; settings change seldom, and in two phases',
  'slots.defer_exclusion':
    'a function that is sent to the node of the listing; its plan does not say so',
}

/** Others ask the session for its settings, and no table for anything. */
const ON_A_TABLE = /"holdfast"\./

const VALUES: Readonly<Record<string, string>> = {
  uuid: NIL_ID,
  boolean: 'true',
  bytea: '\\x00',
  date: '2026-01-01',
  jsonb: '[{}]',
  text: 'UTC',
  'timestamp with time zone': '2026-01-01',
  reservation_state: 'held',
}

/** A literal of the type; of an array one with two members, because one alone may be told by its value. */
function literal(type: string): string {
  if (!type.endsWith('[]')) return `'${VALUES[type] ?? '1'}'`
  const value = VALUES[type.slice(0, -2)] ?? '1'
  const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
  return `'{"${quoted}","${quoted}"}'`
}

/** Loads what registers statements, and gives back those that read or write a table. */
async function statementsOnTables(): Promise<ReadonlyMap<string, string>> {
  const source = new URL('../../src/', import.meta.url)
  for (const folder of ['storage', 'strategies']) {
    const entries = await readdir(new URL(`${folder}/`, source), { recursive: true })
    for (const entry of entries.filter((name) => name.endsWith('.ts'))) {
      await import(new URL(`${folder}/${entry}`, source).href)
    }
  }
  const found = [...statements()].map(([name, text]): [string, string] => [
    name.replace(/^holdfast\./, ''),
    inSchema(text, 'holdfast').replace(/^declare .*? cursor for /s, ''),
  ])
  return new Map(found.filter(([, text]) => ON_A_TABLE.test(text)))
}

/** Why the plan is more than one task; undefined when it is one. */
async function moreThanOneTask(
  client: pg.Client,
  name: string,
  text: string,
): Promise<string | undefined> {
  try {
    await client.query(`prepare "${name}" as ${text}`)
    const { rows } = await client.query<{ types: string[] }>(
      `select parameter_types::text[] as types from pg_prepared_statements where name = $1`,
      [name],
    )
    const values = (rows[0]?.types ?? []).map(literal).join(', ')
    const explained = await client.query<Record<'QUERY PLAN', string>>(
      `explain execute "${name}"${values === '' ? '' : `(${values})`}`,
    )
    const plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n')
    const tasks = [...plan.matchAll(/Task Count: (\d+)/g)].map(([, count]) => Number(count))
    const detour = /Distributed Subplan|pull to coordinator|repartition/.exec(plan)?.[0]
    if (detour !== undefined) return detour
    return tasks.length === 1 && tasks[0] === 1 ? undefined : `tasks: ${tasks.join(', ') || 'none'}`
  } catch (error) {
    return (error as Error).message
  }
}

const reasonFor = (name: string): string | undefined =>
  Object.entries(NOT_ONE_TASK).find(([beginning]) => name.startsWith(beginning))?.[1]

test('each statement that names a listing is one task on one node, or is listed with a reason', async ({
  skip,
}) => {
  skip(!isSpread(), WITHOUT_CITUS)
  const found: string[] = []
  const broken: string[] = []
  const used = new Set<string>()
  await withClient(held.url, async (client) => {
    await client.query(`set plan_cache_mode = 'force_custom_plan'`)
    for (const [name, text] of await statementsOnTables()) {
      const why = await moreThanOneTask(client, name, text)
      if (why === undefined) continue
      const reason = reasonFor(name)
      if (reason === undefined) found.push(`${name}: ${why}`)
      else if (!/^(tasks|Dist|pull|repa)/.test(why) && !reason.startsWith(ELSEWHERE)) {
        broken.push(`${name}: ${why}`)
      }
      if (reason !== undefined) used.add(reason)
    }
  })
  expect(found, 'these ask several nodes').toEqual([])
  expect(broken, 'these cannot be run at all').toEqual([])
  const needless = Object.values(NOT_ONE_TASK).filter((reason) => !used.has(reason))
  expect(needless, 'reasons that nothing needs any more').toEqual([])
})
