/**
 * The lab in somebody else's database, for a role that may not create one: everything goes into a
 * schema of the lab's own, which is dropped when the race is over. No table of theirs is touched,
 * and still a database that is in use is refused unless that is meant: a race is load.
 */
import type pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'

/** The lab's database, or its schema. */
export const LAB_NAME = 'holdfast_lab'
export const LAB_MARK = 'Made by the Holdfast lab, which drops it before every race.'

const SELECT_SCHEMA_MARK = `
  select obj_description(oid, 'pg_namespace') as mark
  from pg_namespace
  where nspname = $1`

/** What is there, less what PostgreSQL, its extensions and the lab have made. */
const SELECT_RELATIONS = `
  select namespaces.nspname || '.' || classes.relname as name
  from pg_class as classes
  join pg_namespace as namespaces on namespaces.oid = classes.relnamespace
  where classes.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and namespaces.nspname not in ('pg_catalog', 'information_schema', $1)
    and namespaces.nspname !~ '^pg_(toast|temp)'
    and not exists (
      select
      from pg_depend
      where pg_depend.classid = 'pg_class'::regclass
        and pg_depend.objid = classes.oid
        and pg_depend.deptype = 'e'
    )
  order by 1`

const NAMED_MAX = 3

/**
 * Makes the schema of the lab's, empty.
 *
 * @returns how to drop it again
 * @throws HoldfastError `lab_failed` when the database is not empty and that was not allowed, when
 * the schema's name is somebody else's, or when the role may not create it
 */
export async function makeInPlace(
  client: pg.Client,
  { allowNonEmpty }: { readonly allowNonEmpty: boolean },
): Promise<() => Promise<void>> {
  if (!allowNonEmpty) await refuseNonEmpty(client)
  const { rows } = await client.query<{ mark: string | null }>(SELECT_SCHEMA_MARK, [LAB_NAME])
  if (rows[0] !== undefined && rows[0].mark !== LAB_MARK) {
    throw failed(`there is a schema ${LAB_NAME} that the lab did not make: rename it`)
  }
  const drop = `drop schema if exists ${LAB_NAME} cascade`
  try {
    await client.query('set client_min_messages = warning')
    await client.query(drop)
    await client.query(`create schema ${LAB_NAME}`)
    await client.query(`comment on schema ${LAB_NAME} is '${LAB_MARK}'`)
    // Here it goes with the schema, if the database did not have it.
    await client.query(`create extension if not exists btree_gist schema ${LAB_NAME}`)
  } catch (error) {
    throw failed(`cannot create the schema ${LAB_NAME}: ${(error as Error).message}`, error)
  }
  return async () => {
    await client.query(drop)
  }
}

async function refuseNonEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(SELECT_RELATIONS, [LAB_NAME])
  if (rows.length === 0) return
  const named = rows.slice(0, NAMED_MAX).map((row) => row.name)
  const more = rows.length > NAMED_MAX ? ', …' : ''
  throw failed(
    `the database is not empty (${named.join(', ')}${more}): name another one, or say --allow-non-empty; the lab keeps to a schema of its own, ${LAB_NAME}`,
  )
}

function failed(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('lab_failed', message, { cause })
}
