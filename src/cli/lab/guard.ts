/**
 * Who may talk to the lab: whoever knows the address that it printed. Each path begins with a token, and
 * no cookie is set, because a browser sends the cookies of 127.0.0.1 to every port of it.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const TOKEN_BYTES = 24

export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** Refuses every request that does not have the token, or is for somebody else's name. */
export function guard(app: FastifyInstance, token: string): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!isForUs(request)) {
      return refuse(reply, 'This is the lab of 127.0.0.1, and of no other name.')
    }
    if (!hasToken(request.raw.url ?? '', token)) {
      return refuse(
        reply,
        'The address of the lab has a token in it: use the one that holdfast lab printed.',
      )
    }
  })
}

/**
 * A page on the web may have its name point to 127.0.0.1 and then read what it likes, as its own origin.
 * Its browser still says which name it meant.
 */
function isForUs({ headers, socket }: FastifyRequest): boolean {
  const names = ['127.0.0.1', 'localhost'].map((name) => `${name}:${socket.localPort}`)
  const { host = '', origin } = headers
  if (!names.includes(host)) return false
  return origin === undefined || origin === `http://${host}`
}

function hasToken(url: string, token: string): boolean {
  const given = Buffer.from(url.split('/')[1] ?? '')
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function refuse(reply: FastifyReply, message: string): Promise<FastifyReply> {
  return reply.code(403).send({ message })
}
