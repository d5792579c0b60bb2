/**
 * `/healthz`: the process answers. `/readyz`: it can serve: its database answers, lets it write, has the
 * schema that this program knows and keeps what it acknowledges, and the process has not been told to
 * stop. A process that retires because
 * another one has taken its place stays ready, since the service goes on.
 */
import type { FastifyInstance } from 'fastify'
import { HEALTH_SCHEMA, type Health, UNREADY_SCHEMA, type Unready } from '../../contract/health.js'
import { isOnlyReads, isOvertaken } from '../../engine/faults.js'
import type { Draining } from '../guard/draining.js'
import type { AppOptions } from '../options.js'

const tags = ['Health']
const config = { always: true }
/** Before there is a route, the request itself may be unreadable. */
const unreadable = {
  description: '`bad_request`, `malformed_url`',
  content: { 'application/problem+json': { schema: { type: 'object' } } },
}
const answerOf = (description: string, schema: object) => ({
  description,
  content: { 'application/json': { schema } },
})

export function healthRoutes(
  app: FastifyInstance,
  options: Pick<AppOptions, 'holdfast' | 'unsafeDurability'> & { readonly draining: Draining },
): void {
  const { draining } = options
  const readiness = createReadiness(options)

  app.get(
    '/healthz',
    {
      config,
      schema: {
        tags,
        security: [],
        operationId: 'health',
        summary: 'Whether the process is alive',
        response: { 200: answerOf('It is.', HEALTH_SCHEMA), 400: unreadable },
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
          200: answerOf('It can.', HEALTH_SCHEMA),
          400: unreadable,
          503: answerOf('Not now.', UNREADY_SCHEMA),
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
const ONLY_READS: Unready = { status: 'unavailable', database: 'only reads' }

/** However many requests come, the database is asked once at a time. */
function createReadiness({
  holdfast,
  unsafeDurability = false,
}: Pick<AppOptions, 'holdfast' | 'unsafeDurability'>): () => Promise<Health | Unready> {
  let checking: Promise<Health | Unready> | undefined

  async function check(): Promise<Health | Unready> {
    const { onlyReads, lacking } = await holdfast.permissions()
    if (onlyReads) return ONLY_READS
    if (lacking.length > 0) {
      return { status: 'unavailable', database: `its role lacks ${lacking.join(', ')}` }
    }
    const { missing } = await holdfast.schema()
    if (missing > 0) return { status: 'unavailable', migrations: `${missing} not applied` }
    const risks = await holdfast.durabilityRisks()
    if (risks.length === 0) return { status: 'ok' }
    return { status: unsafeDurability ? 'ok' : 'unavailable', durability: risks.join(', ') }
  }

  return () => {
    checking ??= Promise.race([check(), late()])
      .catch((error: unknown): Unready => {
        if (isOnlyReads(error)) return ONLY_READS
        if (isOvertaken(error)) return { status: 'unavailable', database: 'an old primary' }
        return { status: 'unavailable', database: 'does not answer' }
      })
      .finally(() => {
        checking = undefined
      })
    return checking
  }
}

function late(): Promise<Unready> {
  return new Promise((resolve) => {
    const answer: Unready = { status: 'unavailable', database: 'does not answer in time' }
    setTimeout(() => resolve(answer), DATABASE_TIMEOUT_MS).unref()
  })
}
