/**
 * How many sockets one address may have open. The bound on all sockets together says nothing about who
 * has them: without this one, a single address could keep everybody else out.
 */
import type { Server } from 'node:http'
import { sendOnSocket } from '../wire/socket-errors.js'
import { countedAddress, type IsProxy } from './client-address.js'
import { countPlaces } from './places.js'

export interface SocketsOptions {
  readonly addressSocketsMax: number
  /** The sockets of a proxy are those of all its callers, and are not counted by address. */
  readonly isProxy: IsProxy
  /** Called for each socket that is turned away. */
  readonly onRefused: (address: string) => void
}

/** What the caller can do about it; a proxy that nobody has named looks like one greedy caller. */
const DETAIL = 'One address has as many connections as it may have: close one, or use those again.'

export function boundSockets(server: Server, options: SocketsOptions): void {
  const { addressSocketsMax, isProxy, onRefused } = options
  const places = countPlaces(addressSocketsMax)
  server.on('connection', (socket) => {
    const { remoteAddress } = socket
    // Undefined: the client has hung up already.
    if (remoteAddress === undefined || isProxy(remoteAddress)) return
    const address = countedAddress(remoteAddress)
    const leave = places.enter(address)
    if (leave !== undefined) {
      socket.once('close', leave)
      return
    }
    onRefused(address)
    sendOnSocket(socket, 'rate_limited', { detail: DETAIL })
  })
}
