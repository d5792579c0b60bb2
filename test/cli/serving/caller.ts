/** A client of a served address that decides itself which connection a request goes over. */
import { Agent, request } from 'node:http'

export interface Answered {
  readonly status: number
  /** As it was sent. */
  readonly text: string
  readonly replayed: boolean
}

export interface Caller {
  /** @throws what the socket says when there is no answer */
  post(path: string, body: unknown, idempotencyKey: string): Promise<Answered>
  get(path: string): Promise<Answered>
  close(): void
}

/** With `keepAlive` all of its requests go over one connection, otherwise each over one of its own. */
export function callerOf(address: string, apiKey: string, keepAlive: boolean): Caller {
  const agent = new Agent(keepAlive ? { keepAlive, maxSockets: 1 } : { keepAlive })
  const call = (method: string, path: string, headers: object, body?: unknown) =>
    new Promise<Answered>((resolve, reject) => {
      const told = { authorization: `Bearer ${apiKey}`, ...headers }
      const calling = request(`${address}${path}`, { method, agent, headers: told }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
        })
        response.on('error', reject)
        response.on('end', () => {
          const replayed = response.headers['idempotent-replayed'] === 'true'
          resolve({ status: response.statusCode ?? 0, text, replayed })
        })
      })
      calling.on('error', reject)
      calling.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return {
    post: (path, body, key) =>
      call('POST', path, { 'content-type': 'application/json', 'idempotency-key': key }, body),
    get: (path) => call('GET', path, {}),
    close: () => agent.destroy(),
  }
}
