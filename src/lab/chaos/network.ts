/**
 * A network of our own between the servers of a race and PostgreSQL. It can be made slow and narrow,
 * and breaks connections on demand. It carries bytes and knows no protocol; left
 * alone it adds nothing but a hop on this machine.
 */
import { createServer, type Socket, connect as toServer } from 'node:net'
import pg from 'pg'
import { Pipe, type Weather } from './pipe.js'

/**
 * How a connection ends: `reset` as when a machine is gone (both ends are told at once), or
 * `half-close`: the server is told that there is nothing more to come, while the database still
 * waits for it with its transaction open, until the server closes its own end.
 */
export type Cut = 'reset' | 'half-close'

/** One connection through the network. */
export interface Link {
  /** Sends bytes to the client, behind what is on its way already. */
  answer(bytes: Buffer): void
  cut(how: Cut): void
}

export interface Network {
  /** Leads to the same database, through this network. */
  readonly url: string
  /** The connections that are open, oldest first. */
  readonly links: readonly Link[]
  /** What everything that is sent from now on meets. */
  weather(weather: Weather): void
  /** Breaks every connection and takes no new one. */
  close(): Promise<void>
}

export interface NetworkOptions {
  /** Is given what the database sends, and passes on what it wants to; by default everything. */
  readonly onAnswer?: (bytes: Buffer, link: Link) => void
}

/** @param databaseUrl over TCP or a local socket; TLS passes, but not a check of the host's name */
export async function openNetwork(
  databaseUrl: string,
  options: NetworkOptions = {},
): Promise<Network> {
  const { onAnswer = (bytes, link) => link.answer(bytes) } = options
  const { host, port } = new pg.Client({ connectionString: databaseUrl })
  const links = new Set<Link>()
  let current: Weather = {}
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const database = host.startsWith('/')
      ? toServer(`${host}/.s.PGSQL.${port}`)
      : toServer({ host, port, allowHalfOpen: true })
    const link = join(client, database, () => current, onAnswer)
    links.add(link)
    client.on('close', () => links.delete(link))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(typeof address === 'object' ? address?.port : '')
  for (const name of ['host', 'port']) url.searchParams.delete(name)
  return {
    url: url.href,
    get links() {
      return [...links]
    },
    weather(weather) {
      current = weather
    },
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const link of links) link.cut('reset')
      return closed
    },
  }
}

/** Ties two sockets together: each gets the bytes of the other, and both end together. */
function join(
  client: Socket,
  database: Socket,
  weather: () => Weather,
  onAnswer: (bytes: Buffer, link: Link) => void,
): Link {
  const requests = new Pipe(client, database, weather)
  const answers = new Pipe(database, client, weather)
  const link: Link = {
    answer: (bytes) => answers.carry(bytes),
    cut(how) {
      requests.clog()
      answers.clog()
      if (how === 'half-close') {
        client.end()
        return
      }
      // A socket that has ended its side cannot be reset any more: Node would keep its handle for ever,
      // and the process could not end.
      if (client.writableEnded) client.destroy()
      else client.resetAndDestroy()
      database.destroy()
    },
  }
  client.on('data', (bytes) => requests.carry(bytes))
  database.on('data', (bytes) => onAnswer(bytes, link))
  for (const [end, other, pipe] of [
    [client, database, requests],
    [database, client, answers],
  ] as const) {
    end.setNoDelay(true)
    end.on('end', () => pipe.finish())
    end.on('error', () => other.destroy())
    end.on('close', () => other.destroy())
  }
  return link
}
