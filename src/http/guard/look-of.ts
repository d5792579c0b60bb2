/** A request that looks at what is on sale, as a look that waits for its turn. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { callerSignal } from './caller-signal.js'
import { countedAddress } from './client-address.js'
import type { Look } from './looks.js'

/** @param subject what is looked at, beside the listing; days and subject tell how much that may be */
export function lookOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { subject, days = 1 }: { readonly subject: string; readonly days?: number },
): Look {
  const { listing_id: listingId = '' } = request.params as { readonly listing_id?: string }
  const { scope, keyId } = request.principal
  return {
    // Shoppers share a key.
    caller: scope === 'storefront' ? countedAddress(request.ip) : keyId,
    subject: `${listingId} ${subject}`,
    days,
    signal: callerSignal(request),
    onGone: (listener) => reply.raw.once('close', listener),
  }
}
