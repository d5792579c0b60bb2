/**
 * Which web pages of other origins may hear an answer (CORS). What is said to anybody, any page may hear:
 * preflights, which bring no key, and refusals that come before the key is known. What is said to a key
 * only pages of the key's origins may, and a page that may not hear an answer gets nothing done either.
 * Only a storefront's key has origins; see docs/decisions/0022-pages-of-other-origins.md.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ANY_ORIGIN, allowedOrigin } from '../../access/origins.js'
import { HttpProblem } from '../wire/problems.js'

/** What a page may read of an answer beside its body; by `Date` it counts down a hold. */
const EXPOSED = 'Date, ETag, Location, Retry-After, Idempotent-Replayed, X-Request-Id'
/** What a page may send. */
const SENT =
  'Authorization, Content-Type, Holdfast-Token, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, ' +
  'X-Request-Id'
/** Chromium believes a preflight for no longer. */
const PREFLIGHT_SECONDS = 7_200

/** Opens the answers of routes that storefronts call, until it is known whose key it is. */
export function openToPages(app: FastifyInstance): void {
  app.addHook('onRequest', ({ headers, routeOptions }, reply, done) => {
    if (routeOptions.config?.scopes?.includes('storefront')) {
      reply.header('vary', 'Origin')
      if (headers.origin !== undefined) open(reply, ANY_ORIGIN)
    }
    done()
  })
}

/**
 * Says by the caller's key whether the page may hear the answer.
 *
 * @throws HttpProblem `forbidden` when a browser says that the page is of an origin that the key has not
 */
export function admitPage(request: FastifyRequest, reply: FastifyReply): void {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin === undefined) return
  const allowed = allowedOrigin(request.principal.origins, origin)
  if (allowed !== undefined) {
    open(reply, allowed)
    return
  }
  close(reply)
  // Without a browser's word an Origin says nothing: a page of our own origin sends one, too.
  if (site !== 'cross-site' && site !== 'same-site') return
  throw new HttpProblem('forbidden', {
    detail:
      `The key is not for pages of ${origin}: a storefront's key names the origins of its pages when ` +
      'it is made, and other keys are secret and belong in no page.',
  })
}

function open(reply: FastifyReply, origin: string): void {
  reply.header('access-control-allow-origin', origin)
  reply.header('access-control-expose-headers', EXPOSED)
  reply.header('cross-origin-resource-policy', 'cross-origin')
}

function close(reply: FastifyReply): void {
  reply.removeHeader('access-control-allow-origin')
  reply.removeHeader('access-control-expose-headers')
  reply.header('cross-origin-resource-policy', 'same-origin')
}

/** True for a browser's question whether a page of another origin may send a request. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'OPTIONS' &&
    headers.origin !== undefined &&
    headers['access-control-request-method'] !== undefined
  )
}

/** @param methods those of the path that a storefront's key may use */
export function answerPreflight(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  methods: readonly string[],
): FastifyReply {
  return reply
    .code(204)
    .header('access-control-allow-origin', headers.origin)
    .header('access-control-allow-methods', methods.join(', '))
    .header('access-control-allow-headers', SENT)
    .header('access-control-max-age', PREFLIGHT_SECONDS)
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('vary', 'Origin')
    .send()
}
