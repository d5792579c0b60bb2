/** A receiver of webhooks that can be bad in the ways in which receivers are. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Manner = 'good' | 'fails' | 'hangs' | 'slow' | 'breaks off'

export interface Receiver {
  /** As `HOLDFAST_WEBHOOKS_TO_LOOPBACK` allows it. */
  readonly url: string
  /** From now on. */
  manner: Manner
  /** The reservations that it was told of and answered with yes, and how often. */
  readonly reservations: ReadonlyMap<string, number>
  close(): Promise<void>
}

const SLOW_MS = 2_000

export async function openReceiver(manner: Manner): Promise<Receiver> {
  const reservations = new Map<string, number>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('error', () => {})
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (receiver.manner === 'good' || receiver.manner === 'slow') {
        const id = reservationOf(Buffer.concat(parts).toString())
        if (id !== undefined) reservations.set(id, (reservations.get(id) ?? 0) + 1)
      }
      answer(receiver.manner, response)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver = {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    manner,
    reservations,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

function reservationOf(body: string): string | undefined {
  const { data } = JSON.parse(body) as { data: { reservation_id?: string } }
  return data.reservation_id
}

function answer(manner: Manner, response: ServerResponse): void {
  if (manner === 'hangs') return
  if (manner === 'breaks off') response.destroy()
  else if (manner === 'fails') response.writeHead(500).end()
  else if (manner === 'good') response.writeHead(204).end()
  else setTimeout(() => response.writeHead(204).end(), SLOW_MS)
}
