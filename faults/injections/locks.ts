/** W2, W3, W5: a row that somebody keeps locked, holds that end together, a database that only reads. */
import { setTimeout as pause } from 'node:timers/promises'
import { between } from '../../src/lab/chaos/harm.js'
import type { Blows, Fault } from '../fault.js'
import { openStand, type Stand } from '../ground/stand.js'
import { type Field, reached, runTrial } from '../ground/trial.js'
import { takingOf } from '../load/load.js'
import { withSession } from '../load/recount.js'

const LOCKED_MS = 4_000
/** The product promises an answer within ten seconds. */
const ANSWER_MAX_MS = 11_000

export const lockedRow: Fault = {
  id: 'W2',
  injects: "the hot pool's row, locked by somebody else for 4 s",
  repetitions: { quick: 1, whole: 40 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'W2' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          // Enough visitors that some are not behind the row.
          ...{ seed, visitors: 24, hotShare: 0.2 },
          async harm({ load, sale }) {
            const others = await withSession(stand.postgres.url, async (client) => {
              await client.query('begin')
              await client.query(LOCK_POOL, [sale.listingId, sale.poolIds[0]])
              await pause(LOCKED_MS / 2)
              const before = load.acknowledged()
              await pause(LOCKED_MS / 2)
              await client.query('rollback')
              return load.acknowledged() - before
            })
            const wrong = others === 0 ? ['one locked row kept everybody waiting'] : []
            const slow = load.operations.filter(({ longestMs }) => longestMs > ANSWER_MAX_MS)
            if (slow.length > 0) wrong.push(`${slow.length} waited longer than ${ANSWER_MAX_MS} ms`)
            return { wrong }
          },
        }),
    }
  },
}

const LOCK_POOL = `
  select
  from holdfast.pools
  where listing_id = $1
    and pool_id = $2
  for update`

const HOLDS = 200
const HOLD_SECONDS = 3
/** After their end, until all of them are given back. */
const GIVEN_BACK_MS = 15_000

const SELECT_HELD = `
  select count(*)::integer as held
  from holdfast.reservations
  where listing_id = $1
    and reservation_id = any($2::uuid[])
    and state = 'held'`

export const holdsTogether: Fault = {
  id: 'W3',
  injects: '200 holds that end together, while others take what they give back',
  repetitions: { quick: 1, whole: 40 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'W3' })
    return {
      end: stand.end,
      run: (seed) => runTrial(stand, { seed, harm: (field) => endTogether(stand, field) }),
    }
  },
}

async function endTogether({ postgres }: Stand, { sale, load }: Field): Promise<Blows> {
  const { listingId, poolIds } = sale
  const [, ...pools] = poolIds
  const heard = await Promise.all(
    Array.from({ length: HOLDS }, (_, i) => {
      const lines = [{ poolId: pools[i % pools.length] ?? '', quantity: 1 }]
      return load.ask(takingOf(listingId, lines, HOLD_SECONDS))
    }),
  )
  const ids = heard.flatMap((each) => (each.kind === 'yes' ? [each.body.id] : []))
  const deadline = performance.now() + HOLD_SECONDS * 1_000 + GIVEN_BACK_MS
  const held = await withSession(postgres.url, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ held: number }>(SELECT_HELD, [listingId, ids])
      if (rows[0]?.held === 0 || performance.now() > deadline) return rows[0]?.held ?? 0
      await pause(100)
    }
  })
  return { wrong: held === 0 ? [] : [`${held} of ${ids.length} holds were not given back in time`] }
}

export const onlyReads: Fault = {
  id: 'W5',
  injects: 'a database that only reads for a while',
  repetitions: { quick: 1, whole: 40 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'W5' })
    const onlyRead = (on: boolean) =>
      withSession(stand.postgres.url, async (client) => {
        await client.query('set default_transaction_read_only = off')
        await client.query(`alter system set default_transaction_read_only = ${on ? 'on' : 'off'}`)
        await client.query('select pg_reload_conf()')
      })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random, load }) {
            await onlyRead(true)
            await pause(between(random, 500, 2_000))
            await onlyRead(false)
            const isBack = await reached(load, load.definite() + 1, ANSWER_MAX_MS)
            return { wrong: isBack ? [] : ['it did not serve once the database wrote again'] }
          },
        }),
    }
  },
}
