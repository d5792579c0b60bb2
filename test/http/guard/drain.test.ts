/** A server process that is told to stop, under load: what it has acknowledged is there. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { useService } from '../../support/http/service.js'
import { later } from '../../support/later.js'
import { until } from '../../support/until.js'

const service = useService()
const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const PROGRAM = fileURLToPath(new URL('../../support/process/serving-process.ts', import.meta.url))
const CLIENTS = 20

async function startServer(...times: number[]) {
  const child = fork(PROGRAM, [service.url, ...times.map(String)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.push(child)
  const [address] = (await once(child, 'message')) as [string]
  return { child, address }
}

/** One reservation over a connection that stays open. */
function reserve(
  address: string,
  agent: Agent,
  key: string,
): Promise<{ status: number; id: string; isLast: boolean }> {
  return new Promise((resolve, reject) => {
    const call = request(`${address}/v1/listings/${service.listingId}/reservations`, {
      method: 'POST',
      agent,
      headers: {
        authorization: `Bearer ${service.keys.seller}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
    })
    call.on('error', reject)
    call.on('response', (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => {
        const isLast = response.headers.connection === 'close'
        resolve({ status: response.statusCode ?? 0, id: JSON.parse(text).id, isLast })
      })
      response.on('error', reject)
    })
    const lines = [{ pool_id: service.poolIds[2], quantity: 1 }]
    call.end(JSON.stringify({ customer: 'ada', lines, hold_seconds: 600 }))
  })
}

test('SIGTERM under load: unready at once, nothing acknowledged is lost, nothing done is not told', async () => {
  await service.db.query('update pools set capacity = 1000000')
  const { child, address } = await startServer(500)
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const acknowledged: string[] = []
  const statuses = new Set<number>()
  const unanswered: string[] = []
  const clients = later(
    Array.from({ length: CLIENTS }, async () => {
      for (;;) {
        const key = newId()
        try {
          const { status, id } = await reserve(address, agent, key)
          statuses.add(status)
          acknowledged.push(id)
        } catch {
          // Nobody listens any more; or the connection was made, and never taken up.
          unanswered.push(key)
          return
        }
      }
    }),
  )
  await until('there is load', () => acknowledged.length > 100)
  child.kill('SIGTERM')
  await until('it says that it is not ready, while it still serves', async () => {
    const ready = await fetch(`${address}/readyz`)
    return (
      ready.status === 503 && ((await ready.json()) as { status: string }).status === 'draining'
    )
  })
  const atDrain = acknowledged.length
  const [code] = await once(child, 'exit')
  await Promise.all(clients)
  agent.destroy()
  expect(code, 'it did not end by itself').toBe(0)
  expect(acknowledged.length).toBeGreaterThan(atDrain)
  expect([...statuses]).toEqual([201])
  const rows = await service.db.query<{ id: string }>(
    'select reservation_id as id from reservations where reservation_id = any($1::uuid[])',
    [acknowledged],
  )
  expect(rows).toHaveLength(acknowledged.length)
  const begun = await service.db.query(
    'select from answers where idempotency_key = any($1::text[])',
    [unanswered],
  )
  expect(begun, 'a request was carried out and not answered').toHaveLength(0)
})

test('SIGTERM without a delay: whoever keeps a connection open gets one more answer, and hears that it is the last', async () => {
  await service.db.query('update pools set capacity = 1000000')
  // Longer than any test lasts: how quickly the machine asks must not matter.
  const { child, address } = await startServer(0, 300_000)
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  const all = () =>
    Promise.all(
      Array.from({ length: CLIENTS }, () =>
        reserve(address, agent, newId()).then(
          ({ status, isLast }) => ({ status, isLast }),
          (error: NodeJS.ErrnoException) => error.code,
        ),
      ),
    )
  const answered = (isLast: boolean) => Array(CLIENTS).fill({ status: 201, isLast })
  expect(await all()).toEqual(answered(false))
  const ended = later(once(child, 'exit'))
  child.kill('SIGTERM')
  await until('nobody else gets in', () =>
    reserve(address, new Agent(), newId()).then(
      () => false,
      () => true,
    ),
  )
  expect(await all()).toEqual(answered(true))
  expect(await ended).toEqual([0, null])
  agent.destroy()
})
