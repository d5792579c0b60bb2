/**
 * A network between Holdfast and PostgreSQL that fails at exactly the wrong moment: the lab's own,
 * which here reads the server's messages as they pass and can lose or hold back the answer to COMMIT,
 * and no other. When that answer comes by, the server has committed; what the caller is told is all
 * that is left open.
 */
import { type Link, openNetwork } from '../../../src/lab/chaos/network.js'

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
  /** What has come by on a connection and is not passed on yet; `met` once its COMMIT is counted. */
  const kept = new Map<Link, { bytes: Buffer; met: boolean }>()
  let fate: CommitAnswers = 'pass'
  let commits = 0

  /** Passes on whole messages, up to an answer to COMMIT that is to be held or lost. */
  function forward(link: Link): void {
    const state = kept.get(link)
    while (state !== undefined && state.bytes.length >= HEAD_BYTES) {
      const length = 1 + state.bytes.readUInt32BE(1)
      if (state.bytes.length < length) return
      const message = state.bytes.subarray(0, length)
      if (isCommitted(message)) {
        if (!state.met) commits += 1
        state.met = fate === 'hold'
        if (fate === 'hold') return
        if (fate === 'lose') {
          lose(link)
          return
        }
      }
      link.answer(message)
      state.bytes = state.bytes.subarray(length)
    }
  }

  function lose(link: Link): void {
    kept.delete(link)
    link.cut('reset')
  }

  const network = await openNetwork(databaseUrl, {
    onAnswer(bytes, link) {
      const state = kept.get(link) ?? { bytes: Buffer.alloc(0), met: false }
      state.bytes = Buffer.concat([state.bytes, bytes])
      kept.set(link, state)
      forward(link)
    },
  })
  return {
    url: network.url,
    get commits() {
      return commits
    },
    commitAnswers(next) {
      fate = next
      for (const link of kept.keys()) forward(link)
    },
    cut() {
      for (const link of network.links) lose(link)
    },
    close: () => network.close(),
  }
}

function isCommitted(message: Buffer): boolean {
  return message[0] === COMMAND_COMPLETE && message.toString('latin1', HEAD_BYTES) === COMMIT_TAG
}
