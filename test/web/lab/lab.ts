/** The lab's server on the tests' PostgreSQL, in this process; only the servers of its races are others. */
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, inject } from 'vitest'
import { createLab } from '../../../src/cli/lab/app.js'
import { newToken } from '../../../src/cli/lab/guard.js'
import { createRuns, type Runs } from '../../../src/cli/lab/runs.js'

export interface OpenLab {
  /** With the token, and a slash at its end. */
  readonly address: string
  readonly runs: Runs
  /** What nobody foresaw so far. */
  readonly faults: readonly unknown[]
  /** Asks for any path, with any headers; `fetch` would not send another Host. */
  ask(path: string, options?: Asked): Promise<Told>
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Default true: the path is one below the token. */
  readonly withToken?: boolean
}

export interface Told {
  readonly status: number
  readonly text: string
}

/** Call at the top of a test file. */
export function useLab(): OpenLab {
  const token = newToken()
  let runs: Runs | undefined
  let app: FastifyInstance | undefined
  const faults: unknown[] = []
  beforeAll(async () => {
    runs = createRuns({ databaseUrl: inject('serverUrl') })
    app = createLab({ runs, token, onFault: (error) => faults.push(error) })
    await app.listen({ port: 0, host: '127.0.0.1' })
  })
  afterAll(async () => {
    await runs?.close()
    await app?.close()
  })
  const port = () => {
    const { port: number } = (app?.server.address() ?? {}) as Partial<AddressInfo>
    return number
  }
  return {
    faults,
    get address() {
      return `http://127.0.0.1:${port()}/${token}/`
    },
    get runs() {
      if (runs === undefined) throw new Error('the lab is not open yet')
      return runs
    },
    ask(path, { method = 'GET', headers = {}, body, withToken = true } = {}) {
      const whole = withToken ? `/${token}/${path}` : path
      return new Promise((resolve, reject) => {
        const asking = request({ host: '127.0.0.1', port: port(), path: whole, method, headers })
        asking.once('error', reject)
        asking.once('response', (answer) => {
          let text = ''
          answer.setEncoding('utf8').on('data', (part: string) => {
            text += part
          })
          answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }))
        })
        asking.end(body)
      })
    },
  }
}
