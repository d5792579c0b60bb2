/**
 * Who calls, and whether they may. This is checked first for every request under /v1, before its body
 * is read. What does not exist and what belongs to another seller get the same 404.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Principal } from '../../access/keyring.js'
import { isUuid } from '../../domain/ids.js'
import type { Scope } from '../../domain/scope.js'
import type { Holdfast } from '../../engine/holdfast.js'
import { signedIn } from '../web/signed-in.js'
import { HttpProblem } from '../wire/problems.js'
import { admitPage } from './pages.js'
import type { RateLimits } from './rate-limits.js'

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
  }
  interface FastifyContextConfig {
    /** The scopes whose keys may call the route. A route under /v1 without them cannot be registered. */
    readonly scopes?: readonly Scope[]
    /** True: a ticket in the query is as good as the key that got it. */
    readonly takesTickets?: boolean
  }
}

/** For `config.scopes`. */
export const ADMINS: readonly Scope[] = ['admin']
export const SELLERS: readonly Scope[] = ['admin', 'seller']
export const EVERYBODY: readonly Scope[] = ['admin', 'seller', 'storefront']

export interface AuthOptions {
  readonly holdfast: Holdfast
  readonly limits: RateLimits
}

export function authentication(scope: FastifyInstance, options: AuthOptions): void {
  const { holdfast, limits } = options
  const { tokens, keyring, listings } = holdfast

  scope.addHook('onRoute', ({ config, url }) => {
    if (config?.scopes === undefined) throw new Error(`${url} does not name the scopes of its keys`)
  })
  scope.addHook('onRequest', async (request, reply) => {
    request.principal = await principalOf(request, holdfast, limits)
    admitPage(request, reply)
    await limits.countKey(request)
    // Shoppers share a key. Who has a secret one is counted by that, wherever the calls come from.
    if (request.principal.scope === 'storefront') await limits.countAddress(request)
    if (!request.routeOptions.config.scopes?.includes(request.principal.scope)) {
      throw new HttpProblem('forbidden')
    }
    await checkIds(request)
  })

  /** Each id in the path must be a UUID; the listing must exist and belong to the caller. */
  async function checkIds(request: FastifyRequest): Promise<void> {
    const params = request.params as Record<string, string>
    for (const [name, id] of Object.entries(params)) {
      if (!isUuid(id)) throw new HttpProblem('not_found')
      params[name] = id.toLowerCase()
    }
    const { listing_id: listingId, reservation_id: reservationId } = params
    if (listingId === undefined) return
    const { principal } = request
    const open =
      principal.scope === 'admin'
        ? await listings.exists(listingId)
        : await keyring.mayTouch(principal, listingId)
    if (!open) throw new HttpProblem('not_found')
    if (reservationId === undefined || principal.scope !== 'storefront') return
    const token = request.headers['holdfast-token']
    if (!(await tokens.isTokenOf(listingId, reservationId, token))) {
      throw new HttpProblem('not_found')
    }
  }
}

/**
 * Who has no good key is counted by address, and told to come back later when it has failed too often.
 * The key is looked at first: one address may be a whole company's, or the proxy's of all customers, and
 * nobody in it may lock the others out. What looking costs is bounded by the keyring.
 */
async function principalOf(
  request: FastifyRequest,
  { keyring, tickets, sessions }: Pick<Holdfast, 'keyring' | 'tickets' | 'sessions'>,
  limits: RateLimits,
): Promise<Principal> {
  const { authorization } = request.headers
  const ticket = ticketOf(request)
  if (authorization !== undefined) {
    const key = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? ''
    const principal = await keyring.recognise(key)
    if (principal !== undefined) return principal
    await limits.countFailedKey(request)
  } else if (ticket !== undefined) {
    const holder = await tickets.redeem(ticket.text, ticket.listingId)
    if (typeof holder === 'object') return holder
    // A browser comes back with the ticket that it was given: that is no attempt to guess one.
    if (holder === undefined) await limits.countFailedKey(request)
    await limits.countStranger(request)
    throw new HttpProblem('unauthorized', { detail: TICKET_IS_NONE })
  } else {
    const holder = await signedIn(request, { sessions })
    if (typeof holder === 'object') return holder
    if (holder !== 'none') {
      if (holder === undefined) await limits.countFailedKey(request)
      await limits.countStranger(request)
      throw new HttpProblem('unauthorized', { detail: SESSION_IS_OVER })
    }
  }
  await limits.countStranger(request)
  throw new HttpProblem('unauthorized')
}

const SESSION_IS_OVER = 'The session is over, or its key was revoked: sign in again.'
const TICKET_IS_NONE =
  "The ticket is not this listing's, or its time is up: get another one with the key."

function ticketOf({ routeOptions, query, params }: FastifyRequest) {
  const { ticket } = query as { readonly ticket?: unknown }
  if (routeOptions.config.takesTickets !== true || typeof ticket !== 'string') return undefined
  const { listing_id: listingId = '' } = params as { readonly listing_id?: string }
  return { text: ticket, listingId: listingId.toLowerCase() }
}
