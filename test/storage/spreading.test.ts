/** The tables on a cluster of Citus: spread when they are made, later with what is in them, and by nobody else. */
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, inject, test } from 'vitest'
import { newId } from '../../src/domain/ids.js'
import { createHoldfast } from '../../src/engine/holdfast.js'
import { openDatabase } from '../../src/storage/driver/database.js'
import { migrate } from '../../src/storage/driver/migrate.js'
import { PLACES } from '../../src/storage/schema/places.js'
import { hashOfAllRows } from '../support/database/all-rows.js'
import { isSpread, joinNodes, WITHOUT_CITUS } from '../support/database/citus/nodes.js'
import { withClient, withEmptyDatabase } from '../support/database/empty-database.js'

beforeEach(({ skip }) => skip(!isSpread(), WITHOUT_CITUS))

const FOLDER = fileURLToPath(new URL('../../migrations/', import.meta.url))

/** Each table with its place, as Citus has it. */
const placesOn = (url: string) =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; method: string }>(
      `select relname as name, partmethod as method
       from pg_dist_partition
       join pg_class on pg_class.oid = logicalrelid`,
    )
    return Object.fromEntries(
      rows.map(({ name, method }) => [
        name,
        method === 'n' ? 'on every node' : 'with their listing',
      ]),
    )
  })

const onWorker = (url: string): string => {
  const worker = new URL(inject('nodes')[1] ?? '')
  return Object.assign(worker, { pathname: new URL(url).pathname }).href
}

test('a new schema is spread as it is made, and a worker says where the coordinator is', async () => {
  await withEmptyDatabase(async (url) => {
    const { host } = new URL(url)
    await expect(migrate(onWorker(url))).rejects.toThrow(
      `run \`holdfast migrate\` on the coordinator, ${host}`,
    )
    await migrate(url)
    expect(await placesOn(url)).toEqual(PLACES)
    expect(await migrate(onWorker(url)), 'nothing is to be done there').toEqual([])
  })
})

test('a table that a later version makes is spread beside those that are', async () => {
  await withEmptyDatabase(async (url) => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-migrations-'))
    try {
      for (const file of (await readdir(FOLDER)).filter((each) => each < '0015')) {
        await copyFile(join(FOLDER, file), join(folder, file))
      }
      await migrate(url, { folder })
      expect(await placesOn(url)).not.toHaveProperty('calendars')
      await migrate(url)
      expect(await placesOn(url)).toEqual(PLACES)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

test('what was on one server is spread with all of its rows, once no server is connected', async () => {
  await withEmptyDatabase(
    async (url) => {
      const listingId = newId()
      const holdfast = await createHoldfast({ databaseUrl: url, maintain: false })
      await holdfast.listings.create({ listingId, name: 'Before' })
      const { resourceId } = await holdfast.resources.create(listingId, { name: 'Seats' })
      const pool = await holdfast.pools.create(listingId, { resourceId, capacity: 3 })
      const order = { customer: 'ada', lines: [{ poolId: pool?.poolId ?? '', quantity: 2 }] }
      await holdfast.reservations.create(listingId, order, { key: 'once' })
      const before = await withDb(url, hashOfAllRows)
      await joinNodes(inject('nodes'), new URL(url).pathname.slice(1))

      const notes: string[] = []
      const onProgress = (sentence: string) => notes.push(sentence)
      await migrate(url, { onProgress })
      expect(notes).toEqual([expect.stringMatching(/2 workers: holdfast migrate --distribute/)])
      await expect(migrate(url, { spread: true })).rejects.toThrow('stop every server')
      expect(await placesOn(url)).toEqual({})
      await holdfast.close()
      await withClient(url, async (writer) => {
        await writer.query('begin')
        await writer.query('update listings set name = name')
        await expect(migrate(url, { spread: true })).rejects.toThrow(
          'somebody writes to the tables',
        )
      })

      await migrate(url, { spread: true, onProgress })
      expect(notes).toContain('reservations: 1 rows are on their nodes')
      expect(await placesOn(url)).toEqual(PLACES)
      expect(await withDb(url, hashOfAllRows)).toEqual(before)
      const again = await createHoldfast({ databaseUrl: onWorker(url), maintain: false })
      const replayed = await again.reservations.create(listingId, order, { key: 'once' })
      expect(replayed).toMatchObject({ kind: 'done', replayed: true })
      expect(await again.audit()).toMatchObject({ ok: true, reservations: 1 })
      await again.close()
    },
    { joined: false },
  )
})

async function withDb<Result>(
  url: string,
  work: (db: ReturnType<typeof openDatabase>) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase({ url, applicationName: 'a look' })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}
