/**
 * The lab's own server: its page, and what the page asks for. It is no part of the service: it runs
 * races, so it listens on loopback alone and answers nobody without its token.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance } from 'fastify'
import { PROBLEMS } from '../../contract/problem.js'
import { HoldfastError } from '../../domain/errors.js'
import { PAGE_POLICY } from '../../http/web/page.js'
import { standardHeaders } from '../../http/wire/standard-headers.js'
import { guard } from './guard.js'
import { labRoutes } from './routes.js'
import type { Runs } from './runs.js'

export interface LabOptions {
  readonly runs: Runs
  /** The first part of every path. */
  readonly token: string
  /** Told of what nobody foresaw; the page hears no more than that it happened. */
  readonly onFault: (error: unknown) => void
}

const BUILT = fileURLToPath(new URL('../../../dist/web/', import.meta.url))
const BODY_BYTES_MAX = 16 * 1024
const UNFORESEEN = `${PROBLEMS.internal.title} The terminal of holdfast lab says what.`

export function createLab({ runs, token, onFault }: LabOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  })
  standardHeaders(app)
  guard(app, token)
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ message: 'There is no such page.' }),
  )
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof HoldfastError && error.code === 'invalid_input') {
      return reply.code(400).send({ message: error.message })
    }
    const { statusCode = 500, message } = error
    if (statusCode < 500) return reply.code(statusCode).send({ message })
    onFault(error)
    return reply.code(500).send({ message: UNFORESEEN })
  })
  // Assets are named from the page on, so that they have the token in their paths, too.
  const html = readFileSync(`${BUILT}lab/index.html`, 'utf8').replaceAll('="/assets/', '="assets/')
  void app.register(
    // biome-ignore lint/nursery/noMisusedPromises: Fastify awaits async plugins; the rule sees another overload
    async (scope) => {
      scope.get('/', (request, reply) => {
        const { url = '' } = request.raw
        // From `/TOKEN` the page would look for what it loads in the root.
        if (!url.split('?')[0]?.endsWith('/')) return reply.redirect(`/${token}/`)
        return reply
          .type('text/html; charset=utf-8')
          .header('content-security-policy', PAGE_POLICY)
          .send(html)
      })
      await scope.register(fastifyStatic, {
        root: `${BUILT}assets`,
        prefix: '/assets/',
        index: false,
        preCompressed: true,
      })
      labRoutes(scope, { runs, onFault })
    },
    { prefix: `/${token}` },
  )
  return app
}
