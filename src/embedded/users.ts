/**
 * Why this file: the keeper's end of the connections. It knows who uses the server, and says when
 * nobody does any more.
 */
import type { Socket } from 'node:net'
import { type FromKeeper, type FromUser, listen, send } from './keeper/keeper-protocol.js'

/** From the last user's end to the stop: a next command that is on its way finds the server. */
const GRACE_MS = 300
/** A server that is ready waits this long for the user who had it started and may be slow to come. */
const FIRST_USER_MAX_MS = 5_000
/** Who connects must say the token in this time. */
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
  const present = new Set<Socket>()
  const leaving = new Set<Socket>()
  const lines: string[] = []
  let outcome: (FromKeeper & { say: 'ready' | 'failed' }) | undefined
  let everUsed = false
  let open = true
  let timer: NodeJS.Timeout | undefined

  function close() {
    open = false
    clearTimeout(timer)
  }

  function end() {
    if (!open) return
    close()
    onNobody()
  }

  /** To be called after every change: frees those who leave while others stay, or starts the grace. */
  function review() {
    clearTimeout(timer)
    if (!open) return
    if (present.size > 0) {
      for (const socket of leaving) socket.end()
      return
    }
    if (!outcome) return
    const afterUseMs = outcome.say === 'ready' ? GRACE_MS : 0
    timer = setTimeout(end, everUsed ? afterUseMs : FIRST_USER_MAX_MS)
  }

  function join(socket: Socket, fresh: boolean) {
    if (fresh && present.size > 0) {
      send(socket, { say: 'busy' })
      return
    }
    if (fresh) {
      // Nobody uses it: it makes way for a keeper that starts with empty data. While the start is
      // not settled the one who asks is only sent away, and comes again.
      socket.destroy()
      if (outcome) end()
      return
    }
    everUsed = true
    present.add(socket)
    for (const line of lines) send(socket, { say: 'progress', line })
    if (outcome) send(socket, outcome)
    review()
  }

  return {
    welcome(socket) {
      if (!open) {
        socket.destroy()
        return
      }
      const silence = setTimeout(() => socket.destroy(), SILENT_MAX_MS)
      socket.on('error', () => {})
      socket.once('close', () => {
        clearTimeout(silence)
        present.delete(socket)
        leaving.delete(socket)
        review()
      })
      listen<FromUser>(socket, (message) => {
        if (message.say === 'leave') {
          if (present.delete(socket)) leaving.add(socket)
          review()
          return
        }
        if (!open || message.token !== token) {
          socket.destroy()
          return
        }
        clearTimeout(silence)
        send(socket, { say: 'here' })
        if (message.say === 'join') join(socket, message.fresh)
      })
    },
    progress(line) {
      lines.push(line)
      for (const socket of present) send(socket, { say: 'progress', line })
    },
    anyone: () => present.size > 0,
    settle(given) {
      outcome = given
      lines.length = 0
      for (const socket of present) send(socket, given)
      review()
    },
    close,
  }
}
