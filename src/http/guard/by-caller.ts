/** Who the journal says made a change: the API key that the request came with. */
import type { FastifyRequest } from 'fastify'
import type { ChangeOptions } from '../../engine/attribution.js'

/** @param reason what the request's body says */
export function byCaller({ principal }: FastifyRequest, reason: string | undefined): ChangeOptions {
  const actor = `key:${principal.keyId}`
  return reason === undefined ? { actor } : { actor, reason }
}
