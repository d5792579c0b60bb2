/** Speaks bytes to a server, where a client library would not let them pass. */
import { connect } from 'node:net'

/**
 * Sends `text` and leaves the connection to the server.
 *
 * @returns everything that the server said until it hung up
 */
export function sayRaw(address: string, text: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      heard += chunk
    })
    socket.on('close', () => resolve(heard))
    // A server that hangs up while it is still spoken to resets the connection: heard is heard.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve(heard)
      else reject(error)
    })
  })
}

/** The status and the problem of a raw answer. */
export function problemIn(heard: string): { status: number; code: string; closes: boolean } {
  const [head = '', body = '{}'] = heard.split('\r\n\r\n')
  return {
    status: Number(head.split(' ')[1]),
    code: (JSON.parse(body || '{}') as { code?: string }).code ?? '',
    closes: /^connection: close/im.test(head),
  }
}
