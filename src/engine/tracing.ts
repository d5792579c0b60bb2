/**
 * Spans as the engine asks for them, and the one place that knows OpenTelemetry's API. What is shown
 * in them is the business of `spans.ts`.
 */
import { HoldfastError } from '../domain/errors.js'

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

export interface TraceSpan {
  /** Adds attributes to those that the span began with. */
  set(attributes: SpanAttributes): void
}

/** A span that has begun, for work that is done for it elsewhere. */
export interface SpanReference {
  readonly span: unknown
}

export interface SpanOptions {
  /** True for a call to another system; default false. */
  readonly client?: boolean
  /**
   * The spans on whose behalf the work runs, where these are not its callers. The new span is a child
   * of the first one that is recorded, and linked to all of them; they are linked to it.
   */
  readonly causes?: readonly SpanReference[]
}

/** Runs something as part of the trace of a request. */
export type EnterTrace = (work: () => void) => void

export interface Tracing {
  /**
   * Runs `work` in a span that ends when the work does. Spans that the work asks for are its
   * children. If the work throws, the span says so by `error.type`, a code; never by a message,
   * which may quote what a customer sent.
   */
  span<Value>(
    name: string,
    attributes: SpanAttributes,
    work: (span: TraceSpan) => Promise<Value>,
    options?: SpanOptions,
  ): Promise<Value>
  /** The span that its caller runs in; undefined outside of any trace. */
  active(): SpanReference | undefined
  /**
   * How to continue the trace that a request's headers name.
   *
   * @returns undefined when they name none, or when an instrumentation of HTTP has done so already
   */
  continued(headers: object): EnterTrace | undefined
}

/**
 * Finds out whether anybody records traces, which has to be decided before Holdfast is opened: many
 * packages bring OpenTelemetry's API along, and where no SDK has been registered every span would be
 * made for nobody.
 *
 * @param load imports the API; the default is an optional peer dependency
 * @returns undefined when the API is not installed or no SDK has been registered with it
 * @throws whatever else is wrong with an API that is installed
 */
export async function loadTracing(
  load: () => Promise<unknown> = () => import('@opentelemetry/api'),
): Promise<Tracing | undefined> {
  let api: Api
  try {
    api = (await load()) as Api
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
  return isRecorded(api) ? tracingBy(api) : undefined
}

type Api = typeof import('@opentelemetry/api')
type ApiSpan = import('@opentelemetry/api').Span

const TRACER = 'holdfast'

function isNotFound(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}

/** The API stands in with a proxy that has nobody behind it until an SDK is registered. */
function isRecorded({ trace }: Api): boolean {
  const provider = trace.getTracerProvider()
  if (!('getDelegateTracer' in provider)) return true
  const proxy = provider as InstanceType<Api['ProxyTracerProvider']>
  return proxy.getDelegateTracer(TRACER) !== undefined
}

function tracingBy(api: Api): Tracing {
  const { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api
  const tracer = trace.getTracer(TRACER)

  function startedFor(causes: readonly ApiSpan[]) {
    const parent = causes.find((cause) => cause.isRecording()) ?? causes[0]
    return parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent)
  }

  const span: Tracing['span'] = (name, attributes, work, { client = false, causes } = {}) => {
    const causing = causes?.map((each) => each.span as ApiSpan)
    const recorded = causing?.filter((each) => each.isRecording()) ?? []
    const parent = causing === undefined ? context.active() : startedFor(causing)
    const begun = tracer.startSpan(
      name,
      {
        kind: client ? SpanKind.CLIENT : SpanKind.INTERNAL,
        attributes,
        links: recorded.map((each) => ({ context: each.spanContext() })),
      },
      parent,
    )
    const inside = trace.setSpan(parent, begun)
    // The sampler may have said no: what is called from here on has to hear of it, and no more.
    if (!begun.isRecording()) return context.with(inside, work, undefined, NOT_RECORDED)
    for (const each of recorded) each.addLink({ context: begun.spanContext() })
    return context.with(inside, async () => {
      try {
        return await work({ set: (more) => begun.setAttributes(more) })
      } catch (error) {
        begun.setAttribute('error.type', errorTypeOf(error))
        begun.setStatus({ code: SpanStatusCode.ERROR })
        throw error
      } finally {
        begun.end()
      }
    })
  }

  return {
    span,
    active: () => {
      const active = trace.getActiveSpan()
      return active && { span: active }
    },
    continued: (headers) => {
      if (trace.getActiveSpan() !== undefined) return undefined
      const remote = propagation.extract(context.active(), headers)
      if (trace.getSpanContext(remote) === undefined) return undefined
      return (work) => context.with(remote, work)
    },
  }
}

const NOT_RECORDED: TraceSpan = { set: () => {} }

function errorTypeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  if (error instanceof HoldfastError) return error.code
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name
}
