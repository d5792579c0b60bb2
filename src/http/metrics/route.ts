/** `/metrics`, in the text that Prometheus reads. It names routes and codes, never ids or people. */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from './metrics.js'

export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', { config: { always: true } }, async (_request, reply) => {
    reply.type(metrics.contentType)
    return metrics.read()
  })
}
