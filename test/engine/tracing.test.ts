/** Without OpenTelemetry, or without anybody who records, there is no tracing at all. */
import * as api from '@opentelemetry/api'
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { afterEach, expect, test } from 'vitest'
import { loadTracing } from '../../src/engine/tracing.js'

afterEach(() => {
  for (const each of [api.trace, api.context, api.propagation]) each.disable()
})

const failing = (error: Error) => () => Promise.reject(error)

test('an API that is not installed is none', async () => {
  const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
  expect(await loadTracing(failing(missing))).toBeUndefined()
})

test('an API that is installed and broken is told of', async () => {
  const broken = new SyntaxError('Unexpected token')
  await expect(loadTracing(failing(broken))).rejects.toBe(broken)
})

test('an API without an SDK costs nothing either', async () => {
  expect(await loadTracing()).toBeUndefined()
})

test('what the sampler leaves out is recorded nowhere, and what is called hears of it', async () => {
  const exporter = new InMemorySpanExporter()
  const spanProcessors = [new SimpleSpanProcessor(exporter)]
  new NodeTracerProvider({ spanProcessors, sampler: new AlwaysOffSampler() }).register()
  const tracing = await loadTracing()
  const answer = await tracing?.span('outer', {}, async (span) => {
    span.set({ more: 1 })
    const inside = api.trace.getActiveSpan()?.spanContext()
    expect(inside?.traceFlags).toBe(api.TraceFlags.NONE)
    expect(api.isSpanContextValid(inside ?? api.INVALID_SPAN_CONTEXT)).toBe(true)
    return 'done'
  })
  expect(answer).toBe('done')
  expect(exporter.getFinishedSpans()).toEqual([])
})
