/** F11, F12, F13: more callers than connections, callers that are slow, and callers that send nonsense. */
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { between, oneOf } from '../../src/lab/chaos/harm.js'
import type { Fault } from '../fault.js'
import { openStand, type Stand } from '../ground/stand.js'
import { runTrial } from '../ground/trial.js'

const CROWD = 200
const CROWDED_MS = 4_000
/** The product promises ten seconds, and the load and its sockets share the machine. */
const ANSWER_MAX_MS = 14_000

export const fewConnections: Fault = {
  id: 'F11',
  injects: '200 callers at once against two servers with two connections each',
  repetitions: { quick: 1, whole: 40 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F11', env: { HOLDFAST_CONNECTIONS: '2' } })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          ...{ seed, visitors: CROWD },
          async harm({ load }) {
            await pause(CROWDED_MS)
            const slow = load.operations.filter(({ longestMs }) => longestMs > ANSWER_MAX_MS)
            if (slow.length === 0) return {}
            return { wrong: [`${slow.length} waited longer than ${ANSWER_MAX_MS} ms`] }
          },
        }),
    }
  },
}

const SLOW_SOCKETS = 400
const SLOW_MS = 4_000

/** Beginnings of requests that never end. */
const SLOW_BEGINNINGS = [
  'POST /v1/listings HTTP/1.1\r\nHost: a\r\nX-Slow: ',
  'POST /v1/listings HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{',
  'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n',
] as const

export const slowCallers: Fault = {
  id: 'F12',
  injects: '400 callers who send their heads or bodies a byte at a time, or read nothing',
  repetitions: { quick: 1, whole: 40 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F12' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random, load }) {
            const sockets = Array.from({ length: SLOW_SOCKETS }, () => slowSocket(stand, random))
            const before = load.definite()
            const dripping = setInterval(() => {
              for (const socket of sockets) if (!socket.destroyed) socket.write('a')
            }, 500)
            await pause(SLOW_MS)
            clearInterval(dripping)
            for (const socket of sockets) socket.destroy()
            const answers = load.definite() - before
            return {
              wrong: answers > SLOW_MS / 1_000 ? [] : ['slow callers kept all others waiting'],
            }
          },
        }),
    }
  },
}

function slowSocket({ fleet }: Stand, random: () => number): Socket {
  const { port = 0 } = oneOf(random, fleet.chosen()) ?? {}
  const socket = connect({ host: '127.0.0.1', port })
  socket.on('error', () => {})
  socket.pause()
  socket.write(oneOf(random, SLOW_BEGINNINGS) ?? '')
  return socket
}

const NONSENSE = 150

export const nonsense: Fault = {
  id: 'F13',
  injects: '150 requests of malformed HTTP, malformed JSON and values that are not allowed',
  repetitions: { quick: 1, whole: 200 },
  async open(ground) {
    const stand = await openStand(ground, { id: 'F13' })
    return {
      end: stand.end,
      run: (seed) =>
        runTrial(stand, {
          seed,
          async harm({ random, sale }) {
            const path = `/v1/listings/${sale.listingId}/reservations`
            const servers = stand.fleet.chosen()
            const wrong: string[] = []
            for (let i = 0; i < NONSENSE; i += 1) {
              const { port = 0 } = oneOf(random, servers) ?? {}
              const text = nonsenseFor(random, path, stand.apiKey, sale.poolIds[1] ?? '')
              const status = await statusOf(port, text)
              if (status >= 500 && status !== 503)
                wrong.push(`${status} to ${JSON.stringify(text)}`)
              if (status < 300 && status > 0) wrong.push(`yes to ${JSON.stringify(text)}`)
            }
            for (const server of servers) {
              if (!server.alive) wrong.push(`a server ended: ${server.lastWords()}`)
            }
            return { wrong }
          },
        }),
    }
  },
}

const BAD_VALUES = [
  '0',
  '-1',
  '1.5',
  '"2"',
  '1e9',
  '9007199254740993',
  'null',
  'NaN',
  '[]',
  '{}',
  'true',
  '"\\u0000"',
  '"\\ud800"',
] as const

/** One request that no server may say yes to. */
function nonsenseFor(random: () => number, path: string, apiKey: string, poolId: string): string {
  const value = oneOf(random, BAD_VALUES) ?? '0'
  const line = `{"pool_id":"${poolId}","quantity":${value}}`
  const bodies = [
    `{"customer":"n","lines":[${line}]}`,
    `{"customer":${value === '"2"' ? 'tru' : value},"lines":[{"pool_id":"${poolId}"}]}`,
    `{"customer":"n","lines":[{"pool_id":"${poolId}"}],"__proto__":{"x":${value}}}`,
    `{"customer":"n","customer":"m","lines":[{"pool_id":"${poolId}"}]}`,
    `${'['.repeat(between(random, 9, 400))}`,
    `{"customer":"n","lines":[{"pool_id":"${value.replaceAll('"', '')}"}]}`,
    '',
    `{"customer":"n\\r\\nx: y","lines":[{"pool_id":"${poolId}"}]}`,
  ]
  const body = oneOf(random, bodies) ?? ''
  const heads = [
    ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`],
    ['content-type: text/plain', `content-length: ${Buffer.byteLength(body)}`],
    [
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'transfer-encoding: chunked',
    ],
    ['content-type: application/json', 'content-length: -5'],
    [
      'content-type: application/json',
      `x: ${'a'.repeat(between(random, 1, 60_000))}`,
      'content-length: 1',
    ],
    ['content-type: application/json', `con\u0000tent: ${value}`],
  ]
  const head = oneOf(random, heads) ?? []
  const key = random() < 0.8 ? [`idempotency-key: ${random()}`] : []
  const starts = [
    `POST ${path} HTTP/1.1`,
    `POST ${path} HTTP/9.9`,
    `P\u0001ST ${path}`,
    `POST ${path}%zz HTTP/1.1`,
  ]
  const start = random() < 0.7 ? starts[0] : oneOf(random, starts)
  const lines = [
    start,
    'host: a',
    `authorization: Bearer ${apiKey}`,
    'connection: close',
    ...key,
    ...head,
  ]
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

const STATUS_MAX_MS = 2_000

/** 0 when the server answered nothing that has a status. */
function statusOf(port: number, text: string): Promise<number> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect({ host: '127.0.0.1', port })
    const done = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0))
    }
    const timer = setTimeout(done, STATUS_MAX_MS)
    socket.on('error', done)
    socket.on('close', done)
    socket.on('data', (bytes: Buffer) => {
      answer += bytes.toString('latin1')
      if (answer.includes('\r\n')) done()
    })
    socket.write(text, 'latin1')
  })
}
