/** A receiver of webhooks that takes them, and as often fails, hangs, dawdles or answers twice. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { createRandom } from '../../../src/lab/race/random.js'

export interface ArrivedHook {
  readonly id: string
  readonly type: string
  readonly reservationId: string
  readonly customer: string
}

const FAULTS = [
  'answers 500',
  'never answers',
  'reads slowly',
  'answers twice',
  'breaks off',
] as const

export type HookFault = (typeof FAULTS)[number]

const FAULT_IN = 4
/** For a receiver that reads slowly: in time, but not at once. */
const DAWDLE_MS = 50

export async function openBadReceiver(seed: number) {
  const random = createRandom(seed)
  const arrived: ArrivedHook[] = []
  const faults = new Map<HookFault, number>()
  let isWell = false

  const draw = (): HookFault | undefined => {
    if (isWell || random() >= 1 / FAULT_IN) return undefined
    const fault = FAULTS[Math.floor(random() * FAULTS.length)]
    if (fault !== undefined) faults.set(fault, (faults.get(fault) ?? 0) + 1)
    return fault
  }
  const server = createServer(async (request, response) => {
    const fault = draw()
    if (fault === 'answers 500') return void response.writeHead(500).end()
    if (fault === 'never answers') return
    if (fault === 'reads slowly') await pause(DAWDLE_MS)
    // Whoever sends it may be killed meanwhile.
    const body = await text(request).catch(() => undefined)
    if (body === undefined) return
    const { type, data } = JSON.parse(body)
    const { reservation_id: reservationId, customer } = data
    arrived.push({ id: String(request.headers['webhook-id']), type, reservationId, customer })
    answer(response, fault)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    faults,
    recover: () => {
      isWell = true
    },
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function answer(response: ServerResponse, fault: HookFault | undefined): void {
  const { socket } = response
  // It has been heard, and whoever sent it does not know.
  if (fault === 'breaks off') return void socket?.destroy()
  response.writeHead(204).end()
  if (fault === 'answers twice') socket?.write('HTTP/1.1 204 No Content\r\n\r\n')
}
