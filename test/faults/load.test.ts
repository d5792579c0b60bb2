/** The visitors and the recount against a served Holdfast: nothing is wrong until something is damaged. */
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { judge } from '../../faults/load/judge.js'
import { beginLoad } from '../../faults/load/load.js'
import { recount } from '../../faults/load/recount.js'
import { putOnSale } from '../../faults/load/sale.js'
import { useService } from '../support/http/service.js'
import { SEED } from '../support/seed.js'
import { until } from '../support/until.js'

const service = useService()
const ENOUGH = 60

test('visitors find nothing wrong with the product, and a reservation that is taken away is missed', async () => {
  await service.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = service.app.server.address() as AddressInfo
  const apiKey = service.keys.admin
  const sale = await putOnSale({ port, apiKey, capacities: [10, 200] })
  const load = beginLoad({ apiKey, sale, seed: SEED, servers: () => [{ port }], visitors: 6 })
  await until('enough visitors have an answer', () => load.definite() > ENOUGH)
  await load.stop()
  expect(await load.askAgain()).toBe(0)
  expect(load.contradictions).toEqual([])
  const books = await recount(service.url, sale.listingId)
  expect(judge(load.operations, books).wrong).toEqual([])

  const [row] = await service.db.query<{ customer: string }>(
    `delete from reservations
     where reservation_id = (select reservation_id from reservations where listing_id = $1 limit 1)
     returning customer`,
    [sale.listingId],
  )
  const damaged = judge(load.operations, await recount(service.url, sale.listingId))
  expect(damaged.lost).toBe(1)
  expect(damaged.wrong[0]).toContain(`${row?.customer.replace('visitor ', '')} was acknowledged`)
})
