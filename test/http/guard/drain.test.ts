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

async function startServer(drainDelayMs: number) {
  const child = fork(PROGRAM, [service.url, String(drainDelayMs)], {
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

test('a rolling restart, with SIGTERM and no delay, costs a client that keeps to the rules no request', async () => {
  await service.db.query('update pools set capacity = 1000000')
  const servers = await Promise.all([startServer(0), startServer(0)])
  let answered = 0
  let over = false
  const lost: string[] = []
  const clients = later(
    Array.from({ length: CLIENTS }, async (_, i) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      let at = i % servers.length
      while (!over) {
        const { address } = servers[at] ?? { address: '' }
        await reserve(address, agent, newId()).then(
          ({ isLast }) => {
            answered += 1
            // What an answer says of its connection, and where else there is a server.
            if (isLast) at = (at + 1) % servers.length
          },
          (error: NodeJS.ErrnoException) => {
            // Nothing was sent to who does not listen any more.
            if (error.code === 'ECONNREFUSED') at = (at + 1) % servers.length
            else lost.push(`${error.code}: ${error.message}`)
          },
        )
      }
      agent.destroy()
    }),
  )
  await until('there is load', () => answered > 200)
  const [old] = servers
  const ended = old && once(old.child, 'exit')
  old?.child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  const before = answered
  await until('the other one has the load', () => answered > before + 200)
  over = true
  await Promise.all(clients)
  expect(lost).toEqual([])
})
