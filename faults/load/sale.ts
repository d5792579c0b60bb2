/** What a repetition sells: a listing of its own, so that repetitions can be judged one by one. */
import { send } from './call.js'

export interface Sale {
  readonly listingId: string
  /** The first is the hot one. */
  readonly poolIds: readonly string[]
}

export interface SaleOptions {
  readonly port: number
  readonly apiKey: string
  /** One pool for each; default one hot pool and seven others. */
  readonly capacities?: readonly number[]
}

/** So few that it sells out, so many that it takes a while. */
const HOT = 50
const OTHERS = Array.from({ length: 7 }, () => 400)
const TRIES_MAX = 40

/** @throws Error when the product does not put it on sale, which nothing keeps it from */
export async function putOnSale({
  port,
  apiKey,
  capacities = [HOT, ...OTHERS],
}: SaleOptions): Promise<Sale> {
  const make = async (path: string, body: object) => {
    let said = ''
    for (let i = 0; i < TRIES_MAX; i += 1) {
      const answer = await send({ port, apiKey, path, body }).catch(String)
      if (typeof answer !== 'string' && answer.status < 300) {
        return (JSON.parse(answer.text) as { id: string }).id
      }
      said = typeof answer === 'string' ? answer : answer.text
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error(`nothing could be put on sale: ${said}`)
  }
  const listingId = await make('/v1/listings', { name: 'Faults' })
  const listing = `/v1/listings/${listingId}`
  const resourceId = await make(`${listing}/resources`, { name: 'Hotel' })
  const poolIds: string[] = []
  for (const capacity of capacities) {
    poolIds.push(await make(`${listing}/pools`, { resource_id: resourceId, capacity }))
  }
  return { listingId, poolIds }
}
