/**
 * Faults as HTTP answers (RFC 9457). The codes with their statuses and sentences are one table, in
 * `contract/problem.ts`; here a fault gets its code, and a code becomes an answer. Nothing about the
 * database or the program's inside reaches a client; it goes to the log.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import {
  kindOf,
  type Problem,
  type ProblemCode,
  type ProblemExtras,
} from '../../contract/problem.js'
import type { FaultCode, HoldfastError } from '../../domain/errors.js'
import { faultOf } from '../../engine/faults.js'
import { problemOfValidation } from './validation.js'

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the problem that was sent, for /metrics. */
    problemCode: ProblemCode | undefined
  }
}

/** Thrown by a hook or a route to end the request with a problem. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'

  constructor(
    readonly code: ProblemCode,
    readonly extras: ProblemExtras = {},
  ) {
    super(code)
  }
}

/** The code that a client gets for a fault of the engine; any other fault is `internal`. */
const CODE_OF_FAULT: Partial<Record<FaultCode, ProblemCode>> = {
  invalid_input: 'validation',
  not_found: 'not_found',
  idempotency_in_progress: 'idempotency_in_progress',
  idempotency_key_reused: 'idempotency_key_reused',
  contention: 'contention',
  overloaded: 'overloaded',
  database_unavailable: 'database_unavailable',
  outcome_unknown: 'outcome_unknown',
}

/** The codes of requests that Fastify refuses by itself. */
const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  404: 'not_found',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
}

const RETRY_AFTER_MS = 1_000
const MS_PER_SECOND = 1_000

/** The whole problem document. */
export function problemOf(
  code: ProblemCode,
  requestId: string,
  extras: ProblemExtras = {},
): Problem {
  const { status, title, detail, retryable = false } = kindOf(code)
  return {
    type: `/docs/errors#${code}`,
    title,
    status,
    code,
    detail,
    request_id: requestId,
    retryable,
    ...(retryable ? { retry_after_ms: RETRY_AFTER_MS } : {}),
    ...extras,
  }
}

/** The seconds of `Retry-After`; undefined where coming back is of no use. */
export function retryAfterOf({ retry_after_ms: ms }: Problem): number | undefined {
  return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / MS_PER_SECOND))
}

/** Answers with a problem document. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ProblemCode,
  extras: ProblemExtras = {},
): FastifyReply {
  const { detailWithKey } = kindOf(code)
  const advice = detailWithKey !== undefined && takesKey(request) ? { detail: detailWithKey } : {}
  const problem = problemOf(code, request.id, { ...advice, ...extras })
  reply.problemCode = code
  const retryAfter = retryAfterOf(problem)
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  if (code === 'unauthorized') reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
}

/** The route's own schema says so, and where the key is optional, the request; without a route there is none. */
function takesKey({ routeOptions, headers: sent }: FastifyRequest): boolean {
  const headers = routeOptions.schema?.headers as
    | { readonly properties?: object; readonly required?: readonly string[] }
    | undefined
  if (headers?.properties === undefined || !('idempotency-key' in headers.properties)) return false
  return 'idempotency-key' in sent || (headers.required ?? []).includes('idempotency-key')
}

/** Turns what a route threw into a problem; an unexpected error is logged and answered as `internal`. */
export function onError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof HttpProblem) return sendProblem(request, reply, error.code, error.extras)
  const fault = 'statusCode' in error ? undefined : faultOf(error)
  if (fault !== undefined) return sendFault(request, reply, fault)
  if ('validation' in error && error.validation !== undefined) {
    const { code, extras } = problemOfValidation(error.validation, error.validationContext)
    return sendProblem(request, reply, code, extras)
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500
  if (status >= 400 && status < 500) {
    const bad =
      'code' in error && error.code === 'FST_ERR_BAD_URL' ? 'malformed_url' : 'bad_request'
    return sendProblem(request, reply, CODE_OF_STATUS[status] ?? bad)
  }
  request.log.error({ err: error }, 'an unexpected error')
  return sendProblem(request, reply, 'internal')
}

function sendFault(
  request: FastifyRequest,
  reply: FastifyReply,
  fault: HoldfastError,
): FastifyReply {
  const code = CODE_OF_FAULT[fault.code] ?? 'internal'
  const { status } = kindOf(code)
  request.log[status >= 500 ? 'warn' : 'debug']({ err: fault }, fault.message)
  return sendProblem(request, reply, code, status < 500 ? { detail: fault.message } : {})
}

/** There is no such route. */
export function onUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, 'not_found')
}
