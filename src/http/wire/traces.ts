/**
 * The trace that a request belongs to, by its W3C `traceparent`: shown in the request's log lines, and
 * continued where somebody records traces. A header that is malformed counts as none.
 */
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import type { Tracing } from '../../engine/tracing.js'

/** Version, trace id, span id, flags; versions after 00 may have more behind a dash. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/
const ALL_ZEROS = /^0+$/

/** The trace id that the header names; undefined for an invalid header. */
function traceIdOf(header: string): string | undefined {
  const [, version, traceId = '', spanId = '', more] = TRACEPARENT.exec(header) ?? []
  if (version === undefined || (version === '00' && more !== undefined)) return undefined
  return ALL_ZEROS.test(traceId) || ALL_ZEROS.test(spanId) ? undefined : traceId
}

/** Makes the log of a request, with its `trace_id` when it names a trace. */
export const childLogger: NonNullable<FastifyServerOptions['childLoggerFactory']> = (
  logger,
  bindings,
  options,
  { headers },
) => {
  const { traceparent } = headers
  const traceId = typeof traceparent === 'string' ? traceIdOf(traceparent) : undefined
  return logger.child(
    traceId === undefined ? bindings : { ...bindings, trace_id: traceId },
    options,
  )
}

/** Runs hooks and handlers of a request in the trace that its headers name. */
export function continueTraces(app: FastifyInstance, tracing: Tracing): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const enter = tracing.continued(request.headers)
    if (enter === undefined) done()
    else enter(() => done())
  })
}
