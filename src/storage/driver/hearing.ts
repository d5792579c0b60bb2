/**
 * Hears that another process has written something, on a connection of its own: a session that listens
 * cannot be lent to anybody. What it hears is a hint and no more: it may be lost with the connection, so
 * whoever hears looks by itself from time to time.
 */
import pg from 'pg'
import type { Servers } from './servers/servers.js'
import { sql } from './statement.js'

/** What is heard, in every schema alike: being woken for nothing costs a look. */
const CHANNEL = 'holdfast_events'

const LISTEN = sql('hearing.listen')`listen ${CHANNEL}`

export const NOTIFY = `pg_notify('${CHANNEL}', '')`

const AGAIN_FIRST_MS = 100
const AGAIN_MOST_MS = 60_000
const CONNECT_WITHIN_MS = 10_000

export interface HearingOptions {
  readonly servers: Servers
  readonly applicationName: string
  readonly onNotice: () => void
}

/** Begins to hear; a connection that is lost is made again. @returns how it is ended */
export function hear({ servers, applicationName, onNotice }: HearingOptions): () => Promise<void> {
  let isOver = false
  let lost = 0
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined

  const connect = async (): Promise<void> => {
    try {
      const url = await servers.find()
      if (isOver) return
      const begun = new pg.Client({
        connectionString: url,
        application_name: applicationName,
        connectionTimeoutMillis: CONNECT_WITHIN_MS,
        keepAlive: true,
      })
      client = begun
      // What breaks the connection is told by its end as well.
      begun.on('error', () => {})
      begun.once('end', connectLater)
      begun.on('notification', onNotice)
      await begun.connect()
      await servers.admit(begun)
      await begun.query(LISTEN)
      lost = 0
      onNotice()
    } catch (error) {
      servers.failed(error)
      await client?.end().catch(() => {})
      connectLater()
    }
  }
  const connectLater = () => {
    if (isOver || timer !== undefined) return
    timer = setTimeout(
      () => {
        timer = undefined
        void connect()
      },
      Math.min(AGAIN_MOST_MS, AGAIN_FIRST_MS * 2 ** lost),
    )
    timer.unref()
    lost += 1
  }
  const connecting = connect()
  return async () => {
    isOver = true
    clearTimeout(timer)
    await connecting
    await client?.end().catch(() => {})
  }
}
