/** A port for a program that has to be told one. */
import { once } from 'node:events'
import { createServer } from 'node:net'

/** One that nobody listened to a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
