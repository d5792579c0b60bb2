/**
 * The way between a client and a server, which breaks at the worst moment: requests pass, and the
 * answer to one of them is lost when the server has done what it was asked for.
 */
import { createServer, type Socket, connect as toServer } from 'node:net'

export interface BreakingLine {
  /** Leads to the same service. */
  readonly baseUrl: string
  /** How many answers were lost. */
  readonly losses: number
  /** The next `n` answers do not arrive: the connection ends when the server begins to speak. */
  loseAnswers(n: number): void
  /** Breaks every connection, as a network does. */
  cut(): void
  close(): Promise<void>
}

export async function startBreakingLine(baseUrl: string): Promise<BreakingLine> {
  const target = new URL(baseUrl)
  const links = new Set<Socket>()
  let toLose = 0
  let losses = 0
  const server = createServer((client) => {
    const upstream = toServer(Number(target.port), target.hostname)
    links.add(client)
    client.on('close', () => links.delete(client))
    client.on('data', (chunk) => upstream.write(chunk))
    upstream.on('data', (chunk) => {
      if (toLose === 0) {
        client.write(chunk)
        return
      }
      toLose -= 1
      losses += 1
      client.resetAndDestroy()
    })
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(baseUrl)
  url.port = String(typeof address === 'object' ? address?.port : '')
  const cut = () => {
    for (const link of links) link.resetAndDestroy()
  }
  return {
    baseUrl: url.href,
    get losses() {
      return losses
    },
    loseAnswers(n) {
      toLose = n
    },
    cut,
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
