/** The trace that a request names: shown in its log lines, and continued down to the statements. */
import { once } from 'node:events'
import { request } from 'node:http'
import { PassThrough } from 'node:stream'
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { newId } from '../../../src/domain/ids.js'
import { useService } from '../../support/http/service.js'
import { later } from '../../support/later.js'
import { recordSpans } from '../../support/tracing/recorded-spans.js'
import { until } from '../../support/until.js'

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`

const recorded = await recordSpans()
const log = new PassThrough()
const { tracing } = recorded
const service = useService({ tracing, made: { tracing }, logger: { stream: log } })
const lines: Record<string, unknown>[] = []
log.on('data', (chunk: Buffer) => {
  const texts = chunk.toString().split('\n').filter(Boolean)
  lines.push(...texts.map((text) => JSON.parse(text)))
})
beforeEach(() => {
  lines.length = 0
})

describe('a log line', () => {
  const answered = async (traceparent?: string) => {
    const headers = traceparent === undefined ? {} : { headers: { traceparent } }
    await service.call('GET', '/healthz', headers)
    return lines.find(({ msg }) => msg === 'answered') ?? {}
  }

  test.each([
    ['version 00', TRACEPARENT],
    ['one that nobody samples', `00-${TRACE_ID}-${SPAN_ID}-00`],
    ['a later version', `cc-${TRACE_ID}-${SPAN_ID}-01-what-is-to-come`],
  ])('has the trace id of a valid traceparent: %s', async (_what, header) => {
    expect(await answered(header)).toMatchObject({ trace_id: TRACE_ID })
  })

  test.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['version ff', `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ['more than version 00 has', `${TRACEPARENT}-more`],
    ['upper case', TRACEPARENT.toUpperCase()],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['a span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['two of them', `${TRACEPARENT}, ${TRACEPARENT}`],
    ['something else', 'ada@example.com'],
  ])('has none for %s, and the request is answered all the same', async (_what, header) => {
    const line = await answered(header)
    expect(line).toMatchObject({ status: 200 })
    expect(line).not.toHaveProperty('trace_id')
  })
})

describe('over a socket', () => {
  let address: string
  beforeAll(async () => {
    address = await service.app.listen({ port: 0, host: '127.0.0.1' })
  })

  /** Sends the body once the server waits for it: it then arrives by events of the socket. */
  const book = async (headers: Record<string, string>) => {
    const begun = once(service.app.server, 'request')
    const call = request(`${address}/v1/listings/${service.listingId}/reservations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${service.keys.seller}`,
        'content-type': 'application/json',
        'idempotency-key': newId(),
        ...headers,
      },
    })
    const answered = later(once(call, 'response'))
    call.flushHeaders()
    const [incoming] = await begun
    await until('the server waits for the body', () => incoming.listenerCount('data') > 0)
    const lines = [{ pool_id: service.poolIds[2], quantity: 1 }]
    call.end(JSON.stringify({ customer: 'ada@example.com', lines }))
    const [response] = await answered
    response.resume()
    expect(response.statusCode).toBe(201)
  }

  test('a request that names a trace is continued down to its statements', async () => {
    await book({ traceparent: TRACEPARENT })
    const [command] = recorded.named('holdfast.reserve')
    expect(command?.parentSpanContext?.spanId).toBe(SPAN_ID)
    for (const name of ['holdfast.batch', 'holdfast.transaction', 'holdfast.statement']) {
      const spans = recorded.named(name)
      expect(spans.length, name).toBeGreaterThan(0)
      const traceIds = new Set(spans.map((span) => span.spanContext().traceId))
      expect(traceIds, name).toEqual(new Set([TRACE_ID]))
    }
  })

  test('one that names none begins a trace of its own', async () => {
    await book({ traceparent: 'ada@example.com' })
    const [command] = recorded.named('holdfast.reserve')
    expect(command?.parentSpanContext).toBeUndefined()
  })

  test('one whose sampler said no records nothing', async () => {
    await book({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` })
    expect(recorded.all()).toEqual([])
  })

  test('one for which an instrumentation of HTTP has begun a span stays in that', async () => {
    const remote = propagation.extract(ROOT_CONTEXT, { traceparent: TRACEPARENT })
    const span = trace.getTracer('of HTTP').startSpan('POST', {}, remote)
    const inside = trace.setSpan(remote, span)
    const { server } = service.app
    const emit = server.emit.bind(server) as (event: string, ...args: unknown[]) => boolean
    const instrumented = vi.spyOn(server, 'emit')
    instrumented.mockImplementation((event: string, ...args: unknown[]) => {
      if (event !== 'request') return emit(event, ...args)
      context.bind(inside, args[0])
      return context.with(inside, emit, undefined, event, ...args)
    })
    await book({ traceparent: TRACEPARENT })
    instrumented.mockRestore()
    span.end()
    const [command] = recorded.named('holdfast.reserve')
    expect(command?.parentSpanContext?.spanId).toBe(span.spanContext().spanId)
  })
})
