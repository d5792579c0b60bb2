/**
 * A network between Holdfast and PostgreSQL that fails at exactly the wrong moment: it reads the
 * server's messages as they pass and can lose or hold back the answer to COMMIT, and no other. When
 * that answer comes by, the server has committed; what the caller is told is all that is left open.
 */
import { createServer, type Socket, connect as toServer } from 'node:net'

export type CommitAnswers = 'pass' | 'lose' | 'hold'

export interface DatabaseProxy {
  /** Leads to the same database, through the proxy. */
  readonly url: string
  /** How many answers to COMMIT have come by. */
  readonly commits: number
  /** What happens to answers to COMMIT from now on; `pass` lets through what was held as well. */
  commitAnswers(fate: CommitAnswers): void
  /** Breaks every connection, as a network does: nothing is said, the socket is reset. */
  cut(): void
  close(): Promise<void>
}

const COMMAND_COMPLETE = 'C'.charCodeAt(0)
const COMMIT_TAG = 'COMMIT\0'
/** A message is a type, its length in four bytes (counting themselves), and the rest. */
const HEAD_BYTES = 5

export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const target = new URL(databaseUrl)
  const links = new Set<Link>()
  const state = { fate: 'pass' as CommitAnswers, commits: 0 }
  const server = createServer((client) => {
    const link = new Link(client, toServer(Number(target.port || 5432), target.hostname), state)
    links.add(link)
    client.on('close', () => links.delete(link))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(typeof address === 'object' ? address?.port : '')
  const cut = () => {
    for (const link of links) link.cut()
  }
  return {
    url: url.href,
    get commits() {
      return state.commits
    },
    commitAnswers(fate) {
      state.fate = fate
      for (const link of links) link.forward()
    },
    cut,
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

class Link {
  readonly #client: Socket
  readonly #server: Socket
  readonly #state: { fate: CommitAnswers; commits: number }
  #kept = Buffer.alloc(0)
  #met = false

  constructor(client: Socket, server: Socket, state: { fate: CommitAnswers; commits: number }) {
    this.#client = client
    this.#server = server
    this.#state = state
    client.on('data', (chunk) => server.write(chunk))
    server.on('data', (chunk) => {
      this.#kept = Buffer.concat([this.#kept, chunk])
      this.forward()
    })
    for (const [end, other] of [
      [client, server],
      [server, client],
    ] as const) {
      end.on('error', () => other.destroy())
      end.on('close', () => other.destroy())
    }
  }

  /** Passes on whole messages, up to an answer to COMMIT that is to be held or lost. */
  forward(): void {
    while (this.#kept.length >= HEAD_BYTES) {
      const length = 1 + this.#kept.readUInt32BE(1)
      if (this.#kept.length < length) return
      const message = this.#kept.subarray(0, length)
      if (
        message[0] === COMMAND_COMPLETE &&
        message.toString('latin1', HEAD_BYTES) === COMMIT_TAG
      ) {
        if (!this.#met) this.#state.commits += 1
        this.#met = this.#state.fate === 'hold'
        if (this.#state.fate === 'hold') return
        if (this.#state.fate === 'lose') {
          this.cut()
          return
        }
      }
      this.#client.write(message)
      this.#kept = this.#kept.subarray(length)
    }
  }

  cut(): void {
    this.#kept = Buffer.alloc(0)
    this.#client.resetAndDestroy()
    this.#server.destroy()
  }
}
