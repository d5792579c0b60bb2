/**
 * People who reserve without a pause, over HTTP, each under a key, and ask again under the same key until
 * the answer is definite. What was acknowledged is kept, with when.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

export interface Sale {
  /** Of the service. */
  readonly address: string
  readonly apiKey: string
  readonly listingId: string
  readonly poolId: string
}

export interface Acknowledged {
  readonly id: string
  /** As `performance.now()` counts. */
  readonly atMs: number
}

export interface Load {
  readonly acknowledged: readonly Acknowledged[]
  /** How many answers there were with each problem's code, or `no answer`. */
  readonly problems: Readonly<Record<string, number>>
  /** Answers of 503 that did not say when to come back. */
  readonly withoutRetryAfter: number
  /** Nobody begins anything new; resolves when everybody has a definite answer. */
  end(): Promise<void>
}

const CALLERS = 8
/** Between two reservations of a caller: the load is to be there, not to fill two cores. */
const PAUSE_MS = 5
/** The service says to come back after a second or more; a measurement wants to know the moment. */
const AGAIN_MS = 100
const ANSWER_WITHIN_MS = 15_000
const GIVE_UP_MS = 120_000

export function startLoad(sale: Sale): Load {
  const acknowledged: Acknowledged[] = []
  const problems: Record<string, number> = {}
  let withoutRetryAfter = 0
  let isOver = false
  const meet = (code: string) => {
    problems[code] = (problems[code] ?? 0) + 1
  }

  async function reserve(customer: string): Promise<void> {
    const key = randomUUID()
    const begunMs = performance.now()
    while (performance.now() - begunMs < GIVE_UP_MS) {
      try {
        const answer = await fetch(`${sale.address}/v1/listings/${sale.listingId}/reservations`, {
          method: 'POST',
          headers: headersOf(sale, key),
          body: JSON.stringify({ customer, lines: [{ pool_id: sale.poolId, quantity: 1 }] }),
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        })
        const body = (await answer.json()) as { id?: string; code?: string }
        if (answer.ok && body.id !== undefined) {
          acknowledged.push({ id: body.id, atMs: performance.now() })
          return
        }
        meet(body.code ?? String(answer.status))
        if (answer.status === 503 && !answer.headers.has('retry-after')) withoutRetryAfter += 1
        if (answer.status < 500 && answer.status !== 409 && answer.status !== 429) {
          throw new Refused(`reserving was refused: ${JSON.stringify(body)}`)
        }
      } catch (error) {
        if (error instanceof Refused) throw error
        meet('no answer')
      }
      await pause(AGAIN_MS)
    }
    throw new Error(`no definite answer in ${GIVE_UP_MS} ms`)
  }

  const callers = Promise.all(
    Array.from({ length: CALLERS }, async (_, i) => {
      while (!isOver) {
        await reserve(`caller ${i}`)
        await pause(PAUSE_MS)
      }
    }),
  )
  callers.catch(() => {})
  return {
    acknowledged,
    problems,
    get withoutRetryAfter() {
      return withoutRetryAfter
    },
    async end() {
      isOver = true
      await callers
    },
  }
}

class Refused extends Error {}

/** A listing with one pool that nobody empties. */
export async function putOnSale(address: string, apiKey: string, name: string): Promise<Sale> {
  const post = async (path: string, body: object) => {
    const answer = await fetch(`${address}/v1/listings${path}`, {
      method: 'POST',
      headers: headersOf({ apiKey }, randomUUID()),
      body: JSON.stringify(body),
    })
    const made = (await answer.json()) as { id?: string }
    if (!answer.ok || made.id === undefined)
      throw new Error(`it was refused: ${JSON.stringify(made)}`)
    return made.id
  }
  const listingId = await post('', { name })
  const resourceId = await post(`/${listingId}/resources`, { name: 'Hall' })
  const poolId = await post(`/${listingId}/pools`, { resource_id: resourceId, capacity: 1_000_000 })
  return { address, apiKey, listingId, poolId }
}

function headersOf({ apiKey }: { readonly apiKey: string }, key: string): Record<string, string> {
  return {
    authorization: `Bearer ${apiKey}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  }
}
