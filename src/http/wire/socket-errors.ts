/** Errors before there is a request: broken HTTP, endless headers, a head that does not come. */
import type { Socket } from 'node:net'
import type { ProblemCode } from '../../contract/problem.js'
import { newId } from '../../domain/ids.js'
import { problemOf } from './problems.js'

const CODE_OF_ERROR: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

const REASON: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** Sends a problem if the client is still connected, then closes the connection. */
export function onSocketError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problemOf(CODE_OF_ERROR[error.code ?? ''] ?? 'bad_request', newId())
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${REASON[problem.status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
