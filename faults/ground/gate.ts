/**
 * A door to a server whose address changes, as the name in DATABASE_URL is one: after a failover or a
 * restart the same port leads somewhere else, and what was connected is cut.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Gate {
  readonly port: number
  /** Where new connections lead from now on; undefined: they are reset. */
  leadTo(port: number | undefined): void
  /** Resets every connection. */
  cut(): void
  /** True: from now on no byte passes in either direction, on connections old and new. */
  blackhole(on: boolean): void
  close(): Promise<void>
}

export async function openGate(target?: number): Promise<Gate> {
  let leadsTo = target
  let isDark = false
  const pairs = new Set<readonly [Socket, Socket]>()

  const server = createServer((near) => {
    if (leadsTo === undefined) {
      near.on('error', () => {})
      near.resetAndDestroy()
      return
    }
    const far = connect({ host: '127.0.0.1', port: leadsTo, noDelay: true })
    near.setNoDelay(true)
    const pair = [near, far] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      if (isDark) from.pause()
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const cut = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.destroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(port) {
      leadsTo = port
    },
    cut,
    blackhole(on) {
      isDark = on
      for (const [near, far] of pairs) {
        for (const [from, to] of [[near, far] as const, [far, near] as const]) {
          if (on) from.unpipe(to).pause()
          else from.pipe(to)
        }
      }
    },
    async close() {
      leadsTo = undefined
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
