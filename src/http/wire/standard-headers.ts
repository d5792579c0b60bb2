/**
 * Headers of every answer: the request's id, and those that keep a browser from running, framing or
 * caching an answer.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { newId } from '../../domain/ids.js'

/** The content policy of an answer that is not a page; pages have their own. */
const NO_PAGE = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': NO_PAGE,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

const PLAIN_ID = /^[\w.:-]{1,64}$/

/** The caller's own id for the request when it is plain, else a new one. */
export function requestIdOf(raw: { readonly headers: FastifyRequest['headers'] }): string {
  const given = raw.headers['x-request-id']
  return typeof given === 'string' && PLAIN_ID.test(given) ? given : newId()
}

/** Sets them on an answer that no hook has seen. */
export function setStandardHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(HEADERS).header('x-request-id', request.id)
}

export function standardHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    setStandardHeaders(request, reply)
    done()
  })
}
