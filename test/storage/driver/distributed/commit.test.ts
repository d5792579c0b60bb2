/** What COMMIT comes to where it has to be answered by a node, on a cluster of Citus. */
import { beforeEach, expect, inject, test } from 'vitest'
import { isFault } from '../../../../src/domain/errors.js'
import { newId } from '../../../../src/domain/ids.js'
import { commit, openDatabase } from '../../../../src/storage/driver/database.js'
import { isOverlapRefusal, sendDeferExclusion } from '../../../../src/storage/tables/slots.js'
import { isSpread, WITHOUT_CITUS } from '../../../support/database/citus/nodes.js'
import { useDatabase } from '../../../support/database/test-database.js'
import { withClient } from '../../../support/database/with-client.js'

const held = useDatabase()
beforeEach(({ skip }) => skip(!isSpread(), WITHOUT_CITUS))

const INSERT_LISTING = `insert into listings (listing_id, name) values ($1, 'A court')`

test('what a node finds out at COMMIT is its own refusal: slots that overlap in the end', async () => {
  const [listingId, resourceId] = [newId(), newId()]
  await held.db.query(INSERT_LISTING, [listingId])
  await held.db.query(
    `insert into resources (listing_id, resource_id, name, exclusive) values ($1, $2, 'Court', true)`,
    [listingId, resourceId],
  )
  const slot = `
    insert into pools (listing_id, pool_id, resource_id, exclusive, during, capacity)
    values ($1, $2, $3, true, '[2026-01-01 10:00Z, 2026-01-01 11:00Z)', 1)`
  const overlapping = held.db.transaction('read committed', async (tx) => {
    sendDeferExclusion(tx, listingId)
    await tx.query(slot, [listingId, newId(), resourceId])
    await tx.query(slot, [listingId, newId(), resourceId])
    return commit(undefined)
  })
  await expect(overlapping).rejects.toSatisfy(isOverlapRefusal)
})

/** On each shard of `listings` a trigger that ends its own session at COMMIT. */
const DIE_AT_COMMIT = `
  do $$
  declare shard regclass;
  begin
    create function public.die() returns trigger language plpgsql
      as 'begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(5); return null; end';
    for shard in
      select oid from pg_class where relname ~ '^listings_[0-9]+$' and relkind = 'r'
    loop
      execute format(
        'create constraint trigger die after insert on %s
         deferrable initially deferred for each row execute function public.die()', shard);
    end loop;
  end $$`

test('a node that dies at COMMIT has said neither yes nor no', async () => {
  for (const node of inject('nodes').slice(1)) {
    const { pathname } = new URL(held.url)
    await withClient(Object.assign(new URL(node), { pathname }).href, async (client) => {
      await client.query('set citus.enable_ddl_propagation = off')
      await client.query('set citus.enable_manual_changes_to_shards = on')
      await client.query('set citus.override_table_visibility = off')
      await client.query(DIE_AT_COMMIT)
    })
  }
  const db = openDatabase({ url: held.url })
  try {
    const lost = db.transaction('read committed', async (tx) => {
      await tx.query(INSERT_LISTING, [newId()])
      return commit('kept')
    })
    await expect(lost).rejects.toSatisfy((error) => isFault(error, 'outcome_unknown'))
    await expect(db.query(INSERT_LISTING, [newId()])).rejects.toSatisfy((error) =>
      isFault(error, 'outcome_unknown'),
    )
  } finally {
    await db.close()
  }
})
