/** An OpenTelemetry SDK in a test's own process, which keeps what it is given. */
import { context, propagation, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { afterAll, beforeEach } from 'vitest'
import { loadTracing, type Tracing } from '../../../src/engine/tracing.js'

export interface RecordedSpans {
  readonly tracing: Tracing
  /** Those that have ended since the test began, in the order of their beginnings. */
  all(): ReadableSpan[]
  named(name: string): ReadableSpan[]
}

/** Call at the top of a test file, which then records every span that ends. */
export async function recordSpans(): Promise<RecordedSpans> {
  unregister()
  const exporter = new InMemorySpanExporter()
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
  const tracing = await loadTracing()
  if (tracing === undefined) throw new Error('an SDK has been registered, so there is tracing')
  beforeEach(() => exporter.reset())
  afterAll(unregister)
  const all = () => exporter.getFinishedSpans().sort((a, b) => beganAt(a) - beganAt(b))
  return { tracing, all, named: (name) => all().filter((span) => span.name === name) }
}

/** The API keeps the first SDK that is registered in a process, which files share. */
function unregister(): void {
  trace.disable()
  context.disable()
  propagation.disable()
}

function beganAt({ startTime: [seconds, nanoseconds] }: ReadableSpan): number {
  return seconds * 1e9 + nanoseconds
}

/** The spans below each other, two spaces for each parent; a statement by its summary. */
export function treeOf(spans: readonly ReadableSpan[]): string[] {
  const known = new Set(spans.map((span) => span.spanContext().spanId))
  const below = (parentId: string | undefined, depth: number): string[] =>
    spans
      .filter(({ parentSpanContext: parent }) =>
        parentId === undefined
          ? parent === undefined || !known.has(parent.spanId)
          : parent?.spanId === parentId,
      )
      .flatMap((span) => [
        `${'  '.repeat(depth)}${span.attributes['db.query.summary'] ?? span.name}`,
        ...below(span.spanContext().spanId, depth + 1),
      ])
  return below(undefined, 0)
}
