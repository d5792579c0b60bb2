/** Errors before there is a request: broken HTTP, endless headers, a head that does not come. */
import type { Socket } from 'node:net'
import type { ProblemCode, ProblemExtras } from '../../contract/problem.js'
import { newId } from '../../domain/ids.js'
import { problemOf, retryAfterOf } from './problems.js'

const CODE_OF_ERROR: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

const REASON: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
}

/** Sends a problem if the client is still connected, then closes the connection. */
export function onSocketError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  sendOnSocket(socket, CODE_OF_ERROR[error.code ?? ''] ?? 'bad_request')
}

/** Answers before there is a request, and closes the connection. */
export function sendOnSocket(socket: Socket, code: ProblemCode, extras?: ProblemExtras): void {
  const problem = problemOf(code, newId(), extras)
  const body = JSON.stringify(problem)
  const retryAfter = retryAfterOf(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${REASON[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
