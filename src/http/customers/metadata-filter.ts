/** Filters by metadata: `metadata[key]=value` in a query. */
import type { FastifyRequest } from 'fastify'

const NAMED = /^metadata\[([^[\]]+)\]$/

/** Puts each `metadata[key]` of the query into one member `metadata`, as the contract has it. */
export async function gatherMetadata(request: FastifyRequest): Promise<void> {
  const query = request.query as Readonly<Record<string, unknown>>
  const pairs: [string, unknown][] = []
  const others: [string, unknown][] = []
  for (const [name, value] of Object.entries(query)) {
    const key = NAMED.exec(name)?.[1]
    if (key === undefined) others.push([name, value])
    else pairs.push([key, value])
  }
  if (pairs.length === 0 || 'metadata' in query) return
  request.query = Object.fromEntries([...others, ['metadata', Object.fromEntries(pairs)]])
}
