/** `/v1/session`: signs the staff's pages in and out. An API key is exchanged for a cookie, and kept nowhere. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { SESSION_MS } from '../../access/sessions.js'
import { SELLERS } from '../guard/auth.js'
import type { Services } from '../services.js'
import { checkOwnPage, sessionCookie } from './signed-in.js'

export function sessionRoutes(scope: FastifyInstance, { holdfast }: Services): void {
  const { sessions } = holdfast

  async function open(request: FastifyRequest, reply: FastifyReply) {
    const { keyId, scope, prefix } = request.principal
    const { text, expiresAtMs } = await sessions.issue(request.principal)
    reply.header('set-cookie', sessionCookie(text, SESSION_MS / 1000))
    const expires_at = new Date(expiresAtMs).toISOString()
    return { key_id: keyId, scope, prefix, expires_at }
  }

  // Not in the OpenAPI document: programs have keys.
  const config = { scopes: SELLERS }
  scope.post('/session', { config }, open)
  scope.get('/session', { config }, open)
}

/**
 * Signs out. It stands outside of what asks who calls: whoever signs out of a session that is over, or of one
 * whose key was revoked, is rid of the cookie as well.
 */
export function signOutRoute(scope: FastifyInstance): void {
  scope.delete('/session', async (request, reply) => {
    checkOwnPage(request)
    reply.header('set-cookie', sessionCookie('', 0))
    return reply.code(204).send()
  })
}
