/**
 * Bodies that nobody thought of. Valid ones get an answer that their route declares; spoilt ones get
 * a 4xx and leave no trace; nothing gets a 500.
 *
 * FUZZ_REQUESTS=20000 sends as many as the project promises; the normal run sends a tenth.
 */
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { arbitraryOf, spoilt } from '../../support/http/arbitrary-of-schema.js'
import {
  goodBodyOf,
  type Ids,
  isValid,
  keyFor,
  type Operation,
  operationsOf,
  undeclared,
  urlOf,
} from '../../support/http/operations.js'
import {
  givenBlock,
  givenCalendar,
  givenDeadLetter,
  givenHold,
  givenWebhook,
  hashOfTraces,
  useService,
} from '../../support/http/service.js'
import { givenTimeSold, HOURLY } from '../../support/stock/turf.js'

const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 2_000)
const NAME = `${REQUESTS.toLocaleString('en')} requests (20,000 with FUZZ_REQUESTS=20000)`
const TIMEOUT_MS = 60_000 + REQUESTS * 30

const service = useService({
  limits: { addressRequestsMax: 10_000_000, keyRequestsMax: 10_000_000 },
})
// By name, so that a counterexample can be read.
let operations: Map<string, Operation>
let ids: Ids

beforeAll(async () => {
  operations = new Map(
    operationsOf(service.app)
      .filter((operation) => operation.body !== undefined)
      .map((operation) => [operation.id, operation]),
  )
  const { id } = await givenHold(service, service.poolIds[2] ?? '')
  const keys = await service.call('GET', '/v1/keys', { as: service.keys.admin })
  const foreigner = keys.json().items.at(-1).id
  ids = {
    listing_id: service.listingId,
    pool_id: service.poolIds[0] ?? '',
    resource_id: (await givenTimeSold(service, HOURLY, {})).resourceId,
    block_id: await givenBlock(service, service.listingId, service.resourceIds[0] ?? ''),
    reservation_id: id,
    key_id: foreigner,
    calendar_id: await givenCalendar(service, service.listingId),
    webhook_id: await givenWebhook(service, service.listingId, service.keys.seller),
    delivery_id: await givenDeadLetter(service.db, service.listingId),
  }
})

/** Ids as a client may have them: of its own listing, of somebody else's, of nothing, of no form. */
const special = () => {
  const id = fc.constantFrom(...service.poolIds, ...service.foreignPoolIds, newId(), 'x', '')
  const resource = fc.constantFrom(...service.resourceIds, ids.block_id, newId(), 'x')
  const date = fc.constantFrom('2031-05-01', '2031-05-03', '2031-05-09', '2031-02-30', '0000-00-00')
  return {
    pool_id: id,
    resource_id: fc.oneof(id, resource),
    block_id: resource,
    listing_ids: fc.array(id, { maxLength: 3 }),
    from: date,
    to: date,
    check_in: date,
    check_out: date,
    cut_off: date,
  }
}

/** An operation's name with a body for it. */
const requestsWith = (bodyOf: (operation: Operation) => fc.Arbitrary<unknown>) =>
  fc.constantFrom(...operations.values()).chain((operation) => {
    return fc.record({ name: fc.constant(operation.id), body: bodyOf(operation) })
  })

const named = (name: string): Operation => {
  const operation = operations.get(name)
  if (operation === undefined) throw new Error(`there is no operation ${name}`)
  return operation
}

const send = (operation: Operation, body: unknown) =>
  service.call(operation.method, urlOf(operation, ids), {
    as: keyFor(operation, service.keys),
    body: JSON.stringify(body),
  })

test(
  `random valid bodies get a declared answer and no 500: half of ${NAME}`,
  async () => {
    const requests = requestsWith(({ body = {} }) => arbitraryOf(body, special()))
    let yes = 0
    await fc.assert(
      fc.asyncProperty(requests, async ({ name, body }) => {
        const operation = named(name)
        const response = await send(operation, body)
        expect(undeclared(operation, response)).toBe(undefined)
        expect(response.statusCode).toBeLessThan(500)
        expect(response.statusCode, response.body).not.toBe(400)
        if (response.statusCode < 300) yes += 1
      }),
      { numRuns: REQUESTS / 2 },
    )
    // Bodies that are only ever refused would prove little.
    expect(yes).toBeGreaterThan(REQUESTS / 20)
  },
  TIMEOUT_MS,
)

test(
  `spoilt bodies get a declared 4xx and leave the database as it was: half of ${NAME}`,
  async () => {
    const requests = requestsWith((operation) => {
      const good = fc.oneof(
        arbitraryOf(operation.body ?? {}, special()),
        fc.constant(goodBodyOf(operation, service.poolIds[2] ?? '')),
      )
      return spoilt(good).filter(
        (each) => each !== undefined && !isValid(operation.body ?? {}, asSent(each)),
      )
    })
    const before = await hashOfTraces(service.db)
    await fc.assert(
      fc.asyncProperty(requests, async ({ name, body }) => {
        const operation = named(name)
        const response = await send(operation, body)
        expect(undeclared(operation, response)).toBe(undefined)
        expect([400, 413, 422], response.body).toContain(response.statusCode)
      }),
      { numRuns: REQUESTS / 2 },
    )
    expect(await hashOfTraces(service.db)).toEqual(before)
  },
  TIMEOUT_MS,
)

function asSent(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
