/**
 * `/healthz`: the process answers. `/readyz`: it can serve, because its database does, has the
 * schema that this program knows, and nobody has asked it to stop. A process whose place another one
 * has taken answers for the service, which goes on.
 */
import type { FastifyInstance } from 'fastify'
import { HEALTH_SCHEMA, type Health, UNREADY_SCHEMA, type Unready } from '../../contract/health.js'
import type { Database } from '../../storage/driver/database.js'
import { readMigrations } from '../../storage/driver/migrate.js'
import { readAppliedVersions } from '../../storage/driver/schema-migrations.js'
import type { Draining } from '../guard/draining.js'

const tags = ['Health']
const config = { always: true }
/** Before there is a route, the request itself may be unreadable. */
const unreadable = {
  description: '`bad_request`, `malformed_url`',
  content: { 'application/problem+json': { schema: { type: 'object' } } },
}
const told = (description: string, schema: object) => ({
  description,
  content: { 'application/json': { schema } },
})

export function healthRoutes(
  app: FastifyInstance,
  { db, draining }: { readonly db: Database; readonly draining: Draining },
): void {
  const readiness = createReadiness(db)

  app.get(
    '/healthz',
    {
      config,
      schema: {
        tags,
        security: [],
        operationId: 'health',
        summary: 'Whether the process is alive',
        response: { 200: told('It is.', HEALTH_SCHEMA), 400: unreadable },
      } as object,
    },
    async (): Promise<Health> => ({ status: 'ok' }),
  )

  app.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        security: [],
        operationId: 'readiness',
        summary: 'Whether it can serve',
        response: {
          200: told('It can.', HEALTH_SCHEMA),
          400: unreadable,
          503: told('Not now.', UNREADY_SCHEMA),
        },
      } as object,
    },
    async (_request, reply) => {
      const stops = draining.begun && !draining.retiring
      const state = stops ? ({ status: 'draining' } as const) : await readiness()
      if (state.status !== 'ok') reply.code(503)
      return state
    },
  )
}

const DATABASE_TIMEOUT_MS = 2_000

/** However many ask, one look at the database is under way. */
function createReadiness(db: Database): () => Promise<Health | Unready> {
  let known: readonly number[] | undefined
  let looking: Promise<Health | Unready> | undefined

  async function look(): Promise<Health | Unready> {
    known ??= (await readMigrations()).map((migration) => migration.version)
    const applied = await readAppliedVersions(db)
    const missing = known.filter((version) => !applied.includes(version))
    if (missing.length === 0) return { status: 'ok' }
    return { status: 'unavailable', migrations: `${missing.length} not applied` }
  }

  return () => {
    looking ??= Promise.race([look(), late()])
      .catch((): Unready => ({ status: 'unavailable', database: 'does not answer' }))
      .finally(() => {
        looking = undefined
      })
    return looking
  }
}

function late(): Promise<Unready> {
  return new Promise((resolve) => {
    const answer: Unready = { status: 'unavailable', database: 'does not answer in time' }
    setTimeout(() => resolve(answer), DATABASE_TIMEOUT_MS).unref()
  })
}
