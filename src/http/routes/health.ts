/** `/healthz`: the process answers. `/readyz`: it can serve, because its database does. */
import type { FastifyInstance } from 'fastify'
import type { Database } from '../../storage/database.js'

export function healthRoutes(app: FastifyInstance, db: Database): void {
  app.get('/healthz', async () => ({ status: 'ok' }))

  app.get('/readyz', async (_request, reply) => {
    try {
      await db.query('select 1')
      return { status: 'ok' }
    } catch {
      return reply.code(503).send({ status: 'unavailable', database: 'does not answer' })
    }
  })
}
