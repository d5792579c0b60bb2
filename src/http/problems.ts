/**
 * Faults as HTTP answers (RFC 9457): a status and a stable `code` for each, in one table. Nothing
 * of the database or of the program's inside reaches a client; that goes to the log.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { FAULTS, type FaultCode, HoldfastError } from '../domain/errors.js'
import { isBusy, isConnectionLoss } from '../storage/sqlstate.js'

const STATUS: Partial<Record<FaultCode, number>> = {
  invalid_input: 422,
  not_found: 404,
  contention: 503,
  overloaded: 503,
  database_unavailable: 503,
  outcome_unknown: 503,
}

const RETRY_AFTER_SECONDS = 1

export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail?: string
  readonly request_id: string
}

/** Answers with a problem document. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Pick<Problem, 'title' | 'status' | 'code'> & { readonly detail?: string },
): FastifyReply {
  const body: Problem = {
    type: `urn:holdfast:problem:${problem.code}`,
    ...problem,
    request_id: request.id,
  }
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(body))
}

/** Turns whatever a route threw into a problem; what nobody foresaw is logged and told as `internal`. */
export function onError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const fault = faultOf(error)
  if (fault !== undefined) {
    const status = STATUS[fault.code] ?? 500
    request.log[status >= 500 ? 'warn' : 'debug']({ err: fault }, fault.message)
    const detail = status < 500 ? { detail: fault.message } : {}
    return sendProblem(request, reply, {
      title: FAULTS[fault.code],
      status,
      code: fault.code,
      ...detail,
    })
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500
  if (status < 500) {
    return sendProblem(request, reply, { title: error.message, status, code: 'bad_request' })
  }
  request.log.error({ err: error }, 'a fault that nobody foresaw')
  return sendProblem(request, reply, {
    title: 'Something went wrong on our side.',
    status: 500,
    code: 'internal',
  })
}

/** The fault that an error is; a route's own look at the database fails with the driver's errors. */
function faultOf(error: Error): HoldfastError | undefined {
  if (error instanceof HoldfastError) return error
  if ('statusCode' in error) return undefined
  const told = { cause: error }
  if (isConnectionLoss(error)) return new HoldfastError('database_unavailable', error.message, told)
  if (isBusy(error)) return new HoldfastError('contention', error.message, told)
  return undefined
}

/** There is no such route. */
export function onUnknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(request, reply, {
    title: FAULTS.not_found,
    status: 404,
    code: 'not_found',
  })
}
