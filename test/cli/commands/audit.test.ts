/** `holdfast audit`: nothing is said to add up that does not. */
import { describe, expect, test } from 'vitest'
import { driftSentences } from '../../../src/cli/print/drift-sentences.js'
import { newId } from '../../../src/domain/ids.js'
import { createEngine } from '../../../src/engine/engine.js'
import { AUDIT_CHECKS, type AuditCheck } from '../../../src/storage/reads/audit/checks.js'
import { STRATEGIES } from '../../../src/strategies/registry.js'
import { useDatabase } from '../../support/database/test-database.js'
import { run } from '../../support/process/command.js'
import { givenPools } from '../../support/stock/factory.js'

const held = useDatabase()
const audit = (...words: string[]) => run(['audit', ...words], { DATABASE_URL: held.url })

/** A listing of which three units are sold. */
async function givenSale(): Promise<{ listingId: string; poolId: string; reservationId: string }> {
  const { listingId, poolIds } = await givenPools(held.db, 5)
  const [poolId = ''] = poolIds
  const engine = createEngine({ db: held.db, strategy: STRATEGIES.guarded })
  const lines = [{ poolId, quantity: 3 }]
  const answer = await engine.reserve(listingId, { customer: 'ada', lines })
  if (answer.kind !== 'done') throw new Error('not sold')
  return { listingId, poolId, reservationId: answer.reservation.reservationId }
}

describe('an audit', () => {
  test('of books that add up says so, and exits with 0', async () => {
    const { listingId } = await givenSale()
    const { status, stdout, stderr } = await audit('--listing', listingId)
    expect([status, stdout, stderr]).toEqual([
      0,
      'OK: 1 pool and 1 reservation, and everything adds up.\n',
      '',
    ])
    const all = await audit('--json')
    expect(JSON.parse(all.stdout)).toMatchObject({ ok: true, drift: [] })
    expect(all.status).toBe(0)
  })

  test('of a counter that lies names the pool and by how much, and exits with 1', async () => {
    const { listingId, poolId } = await givenSale()
    const other = await givenSale()
    await held.db.query('update pools set taken = 1 where pool_id = $1', [poolId])
    const { status, stdout } = await audit()
    expect(status).toBe(1)
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      `pool ${poolId} of listing ${listingId}: its counter says 1 taken, ` +
        'held and confirmed reservations have 3: 2 too few (counter)',
      `pool ${poolId} of listing ${listingId}: its counter says 1 taken, ` +
        'lines that were not given back have 3: 2 too few (lines)',
    ])
    expect(stdout).not.toContain(other.poolId)
    const json = await audit('--json', '--listing', listingId)
    expect([json.status, json.stderr]).toEqual([1, ''])
    expect(JSON.parse(json.stdout).drift).toContainEqual({
      listing_id: listingId,
      check: 'counter',
      table: 'pools',
      key: poolId,
      column: 'taken',
      expected: 3,
      actual: 1,
    })
    expect((await audit('--listing', other.listingId)).status).toBe(0)
    await held.db.query('update pools set taken = 3 where pool_id = $1', [poolId])
  })

  test('of a journal with an entry too few says so', async () => {
    const { listingId, reservationId } = await givenSale()
    await held.db.query('delete from journal where reservation_id = $1', [reservationId])
    const { status, stdout } = await audit('--listing', listingId)
    expect(status).toBe(1)
    expect(stdout).toBe(
      `reservation ${reservationId} of listing ${listingId}: of it there should be none by ` +
        'the journal, and there is one (journal)\n' +
        'DRIFT: looked at 1 pool and 1 reservation.\n',
    )
  })

  test.each(['nonsense', newId()])(
    'of the listing %s, which is none, is no success: exit status 2',
    async (id) => {
      const { status, stdout, stderr } = await audit('--listing', id)
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).toBe(
        `holdfast: there is no listing ${id}; \`holdfast listings list\` has all\n`,
      )
    },
  )
})

describe('every check', () => {
  const checks = Object.keys(AUDIT_CHECKS) as AuditCheck[]
  const drift = { listingId: 'L', table: 'pools', key: 'P', column: 'taken' }

  test.each(checks)('%s has a sentence of its own', (check) => {
    const [sentence = ''] = driftSentences([{ ...drift, check, expected: 4, actual: 6 }])
    expect(sentence).toMatch(/^pool P of listing L: .*4.*\(/)
    expect(sentence).toContain('6')
    expect(sentence).not.toContain('undefined')
  })

  test('tells what cannot be counted without a figure that means nothing', () => {
    const sentences = driftSentences([
      { ...drift, check: 'versions', expected: 4, actual: -1 },
      { ...drift, check: 'capacity', expected: 4, actual: -1 },
    ])
    expect(sentences[0]).toContain('a version is missing or there twice')
    expect(sentences[1]).toContain('fewer than none')
  })
})
