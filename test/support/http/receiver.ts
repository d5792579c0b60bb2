/** A receiver of webhooks: a real HTTP server on this machine that keeps what it is sent. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  /** `http://127.0.0.1:…`, without a slash at its end. */
  readonly url: string
  readonly received: Received[]
  /** How it answers from now on; default 204. */
  answer: (response: ServerResponse, received: Received) => void
}

/** Call at the top of a test file; the receiver listens before the first test. */
export function useReceiver(): Receiver {
  const answer = (response: ServerResponse) => response.writeHead(204).end()
  const receiver = { url: '', received: [] as Received[], answer }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      const received = { method, path, headers, body: Buffer.concat(chunks).toString() }
      receiver.received.push(received)
      ;(receiver as Receiver).answer(response, received)
    })
  })

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return receiver
}
