/**
 * The smallest client there can be: one socket that stays open, one request under way on it, the
 * request a text that was made beforehand, of the answer only what kind it is.
 *
 * On a machine whose cores PostgreSQL, the server and the load share, the load's own cost is part
 * of every figure. Processor time per request, 64 connections against a server that only answers:
 * `http.request` 51 µs, undici's `Pool.request` 43, its bare `dispatch` 21, this 9, most of which
 * are system calls. A Holdfast server spends about as much on a request as the first two.
 */
import { connect, type Socket } from 'node:net'

/** Finds the answer at the beginning of `bytes`; undefined while it is not all there. */
export type Parse = (bytes: Buffer) => string | undefined

export interface Wire {
  /** @throws Error when the connection breaks before the answer is there */
  ask(request: string): Promise<string>
  close(): void
}

/** Sockets take turns with it: each is read into it and looked at before the next one is read. */
const READ_BUFFER = Buffer.allocUnsafe(64 * 1024)

export function openWire(port: number, parse: Parse): Promise<Wire> {
  let resolve: (kind: string) => void = () => {}
  let reject: (error: Error) => void = () => {}
  let rest: Buffer | undefined

  function take(size: number): boolean {
    const read = READ_BUFFER.subarray(0, size)
    const bytes = rest === undefined ? read : Buffer.concat([rest, read])
    const kind = parse(bytes)
    rest = kind === undefined ? Buffer.from(bytes) : undefined
    if (kind !== undefined) resolve(kind)
    return true
  }

  return new Promise((opened, failed) => {
    const socket: Socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: { buffer: READ_BUFFER, callback: take },
    })
    const ask = (request: string) =>
      new Promise<string>((onAnswer, onFault) => {
        resolve = onAnswer
        reject = onFault
        if (socket.destroyed) onFault(new Error('the connection is closed'))
        else socket.write(request, 'latin1')
      })
    socket.once('connect', () => opened({ ask, close: () => socket.destroy() }))
    socket.once('error', failed)
    socket.once('close', () => reject(new Error('the connection was closed')))
  })
}

/** Of an HTTP/1.1 answer with a Content-Length: its status. */
export function parseHttp(bytes: Buffer): string | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = /content-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without a Content-Length: ${head}`)
  return bytes.length < end + 4 + Number(length) ? undefined : head.slice(9, 12)
}

/** Of an answer in Redis' protocol: the integer, the text, or the error. */
export function parseRedis(bytes: Buffer): string | undefined {
  const end = bytes.indexOf('\r\n')
  if (end < 0) return undefined
  const first = bytes.toString('latin1', 1, end)
  if (bytes[0] !== '$'.charCodeAt(0)) return first
  const last = end + 2 + Number(first)
  return bytes.length < last + 2 ? undefined : bytes.toString('latin1', end + 2, last)
}
