/**
 * Why this file: a user's end of the connection to the keeper.
 */
import { connect, type Socket } from 'node:net'
import { HoldfastError } from '../../domain/errors.js'
import { isErrno } from '../errno.js'
import { runsWith } from '../process-sighting.js'
import { type FromKeeper, type KeeperRecord, listen, send } from './keeper-protocol.js'

/** A user's share in the server, as long as the connection is open. */
export interface Share {
  readonly url: string
  /** Resolves when the share is given back and, if it was the last one, the server has stopped. */
  release(): Promise<void>
}

/** How long a living keeper may take for its first word; a stranger at the same port says none. */
const FIRST_WORD_MAX_MS = 5_000
const RELEASE_MAX_MS = 30_000
/** "May we speak TLS?", which every PostgreSQL answers with one byte before anybody has logged in. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

export interface JoinOptions {
  readonly fresh: boolean
  /** How long to wait for the server to be ready. */
  readonly waitMs: number
  readonly onProgress: (line: string) => void
}

/**
 * Joins the users of the server that this keeper looks after, waiting for it to be ready. `gone`
 * when the keeper or its server is not there (any more), `busy` when a fresh start was refused.
 */
export async function joinKeeper(
  keeper: KeeperRecord,
  options: JoinOptions,
): Promise<Share | 'gone' | 'busy'> {
  const socket = connect(keeper.port, '127.0.0.1')
  const closed = new Promise<void>((done) => socket.once('close', () => done()))
  const answer = await askToJoin(socket, closed, keeper.token, options)
  // A server that was killed a moment ago may not have been missed by its keeper yet.
  if (answer === 'gone' || answer === 'busy' || !(await answersAt(answer.url))) {
    socket.destroy()
    return answer === 'busy' ? 'busy' : 'gone'
  }
  // A program that forgets to release its share still ends by itself.
  socket.unref()
  let released: Promise<void> | undefined
  return {
    url: answer.url,
    release() {
      released ??= leave(socket, closed)
      return released
    },
  }
}

function askToJoin(
  socket: Socket,
  closed: Promise<void>,
  token: string,
  { fresh, waitMs, onProgress }: JoinOptions,
): Promise<{ url: string } | 'gone' | 'busy'> {
  return new Promise((resolve, reject) => {
    const fail = (sentence: string) => {
      reject(new HoldfastError('embedded_unavailable', sentence))
      socket.destroy()
    }
    const giveUp = setTimeout(() => fail('PostgreSQL took too long to start.'), waitMs)
    const silence = setTimeout(() => socket.destroy(), FIRST_WORD_MAX_MS)
    void closed.then(() => {
      clearTimeout(giveUp)
      clearTimeout(silence)
      resolve('gone')
    })
    socket.on('error', () => {})
    socket.once('connect', () => send(socket, { say: 'join', token, fresh }))
    listen<FromKeeper>(socket, (message) => {
      clearTimeout(silence)
      if (message.say === 'progress') onProgress(message.line)
      if (message.say === 'failed') fail(message.sentence)
      if (message.say === 'busy') resolve('busy')
      if (message.say !== 'ready') return
      clearTimeout(giveUp)
      resolve({ url: message.url })
    })
  })
}

/**
 * True when PostgreSQL says a word. That a connection is made tells nothing: the system takes it up
 * for a server that has been killed and not yet been buried, and resets it a moment later.
 */
function answersAt(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => socket.write(SSL_REQUEST))
    socket.setTimeout(FIRST_WORD_MAX_MS, () => socket.destroy())
    socket.on('error', () => {})
    socket.once('data', () => {
      resolve(true)
      socket.destroy()
    })
    socket.once('close', () => resolve(false))
  })
}

/** The keeper closes the connection: at once, or as the last one when the server has stopped. */
async function leave(socket: Socket, closed: Promise<void>): Promise<void> {
  socket.ref()
  send(socket, { say: 'leave' })
  const late = setTimeout(() => socket.destroy(), RELEASE_MAX_MS)
  await closed
  clearTimeout(late)
}

/**
 * True while this keeper lives. A refused connection means that it does not. One that is accepted
 * and left without an answer can be a stranger's, who got the port since, or a keeper's that is held
 * up: then the process decides.
 */
export async function isKeeperAlive(keeper: KeeperRecord): Promise<boolean> {
  const answer = await new Promise<'here' | 'refused' | 'silent'>((resolve) => {
    const socket = connect(keeper.port, '127.0.0.1')
    socket.setTimeout(FIRST_WORD_MAX_MS, () => socket.destroy())
    socket.on('error', (error) => isErrno(error, 'ECONNREFUSED') && resolve('refused'))
    socket.once('connect', () => send(socket, { say: 'probe', token: keeper.token }))
    socket.once('close', () => resolve('silent'))
    listen<FromKeeper>(socket, (message) => {
      if (message.say === 'here') resolve('here')
      socket.destroy()
    })
  })
  if (answer !== 'silent') return answer === 'here'
  return runsWith(keeper.pid, keeper.home)
}
