/**
 * The keeper's end of the connections: who uses the server, and the moment at which nobody does any
 * more.
 */
import type { Socket } from 'node:net'
import { type FromKeeper, type FromUser, listen, send } from './keeper/keeper-protocol.js'

/** The server stops so long after its last user left: the next command, on its way already, still finds it. */
const GRACE_MS = 300
/** A new server waits so long for the user who started it and who may be slow to connect. */
const FIRST_USER_MAX_MS = 5_000
/** A new connection must say the token within this time. */
const SILENT_MAX_MS = 5_000

export interface Users {
  /** Takes in a new connection. */
  welcome(socket: Socket): void
  /** Says it to all who wait, and to all who come while it is starting. */
  progress(line: string): void
  /** True while somebody uses the server or waits for it. */
  anyone(): boolean
  /** The outcome of the start; from now on `onNobody` may be called. */
  settle(outcome: FromKeeper & { say: 'ready' | 'failed' }): void
  /** From now on whoever comes is turned away. */
  close(): void
}

/** `onNobody` is called once: when the start has settled and no user is left. */
export function createUsers(token: string, onNobody: () => void): Users {
  return new KeeperUsers(token, onNobody)
}

class KeeperUsers implements Users, UserEvents {
  readonly #token: string
  readonly #onNobody: () => void
  readonly #present = new Set<Socket>()
  readonly #leaving = new Set<Socket>()
  readonly #lines: string[] = []
  #outcome: (FromKeeper & { say: 'ready' | 'failed' }) | undefined
  #everUsed = false
  #open = true
  #timer: NodeJS.Timeout | undefined

  constructor(token: string, onNobody: () => void) {
    this.#token = token
    this.#onNobody = onNobody
  }

  welcome(socket: Socket): void {
    if (this.#open) receive(socket, this.#token, this)
    else socket.destroy()
  }

  progress(line: string): void {
    this.#lines.push(line)
    for (const socket of this.#present) send(socket, { say: 'progress', line })
  }

  anyone(): boolean {
    return this.#present.size > 0
  }

  settle(outcome: FromKeeper & { say: 'ready' | 'failed' }): void {
    this.#outcome = outcome
    this.#lines.length = 0
    for (const socket of this.#present) send(socket, outcome)
    this.#review()
  }

  close(): void {
    this.#open = false
    clearTimeout(this.#timer)
  }

  isOpen(): boolean {
    return this.#open
  }

  join(socket: Socket, fresh: boolean): void {
    if (fresh && this.#present.size > 0) {
      send(socket, { say: 'busy' })
      return
    }
    if (fresh) {
      // Nobody uses this server: it makes way for a keeper that starts with empty data. Until the
      // start has settled, the caller is only sent away, and comes again.
      socket.destroy()
      if (this.#outcome) this.#end()
      return
    }
    this.#everUsed = true
    this.#present.add(socket)
    for (const line of this.#lines) send(socket, { say: 'progress', line })
    if (this.#outcome) send(socket, this.#outcome)
    this.#review()
  }

  leave(socket: Socket): void {
    if (this.#present.delete(socket)) this.#leaving.add(socket)
    this.#review()
  }

  gone(socket: Socket): void {
    this.#present.delete(socket)
    this.#leaving.delete(socket)
    this.#review()
  }

  #end(): void {
    if (!this.#open) return
    this.close()
    this.#onNobody()
  }

  /** Called after every change: lets go those who leave while others stay, or starts the grace. */
  #review(): void {
    clearTimeout(this.#timer)
    if (!this.#open) return
    if (this.#present.size > 0) {
      for (const socket of this.#leaving) socket.end()
      return
    }
    if (!this.#outcome) return
    const afterUseMs = this.#outcome.say === 'ready' ? GRACE_MS : 0
    const waitMs = this.#everUsed ? afterUseMs : FIRST_USER_MAX_MS
    this.#timer = setTimeout(() => this.#end(), waitMs)
  }
}

/** What a connection may tell of its user. */
interface UserEvents {
  /** False once the keeper turns everybody away. */
  isOpen(): boolean
  /** The user wants the server; with empty data if `fresh`. */
  join(socket: Socket, fresh: boolean): void
  /** The user needs the server no longer. */
  leave(socket: Socket): void
  /** The connection is closed, whatever was said on it. */
  gone(socket: Socket): void
}

/** Reads the messages of a new connection, and cuts it off unless it says the token in time. */
function receive(socket: Socket, token: string, events: UserEvents): void {
  const silence = setTimeout(() => socket.destroy(), SILENT_MAX_MS)
  socket.on('error', () => {})
  socket.once('close', () => {
    clearTimeout(silence)
    events.gone(socket)
  })
  listen<FromUser>(socket, (message) => {
    if (message.say === 'leave') {
      events.leave(socket)
      return
    }
    if (!events.isOpen() || message.token !== token) {
      socket.destroy()
      return
    }
    clearTimeout(silence)
    send(socket, { say: 'here' })
    if (message.say === 'join') events.join(socket, message.fresh)
  })
}
