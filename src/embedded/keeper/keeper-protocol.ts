/**
 * Why this file: what a user of the server and its keeper say to each other, and how it is framed:
 * one JSON object a line. The open connection itself is the message that matters most: as long as
 * it lasts, its user needs the server. The kernel closes it however the user ends.
 */
import type { Socket } from 'node:net'

/** Who keeps the server of a home. */
export interface KeeperRecord {
  readonly pid: number
  /** The machine or container, for a folder that several of them can see. */
  readonly host: string
  /** On 127.0.0.1; the token proves that whoever connects could read this file. */
  readonly port: number
  readonly token: string
  /** A copy of a home is another home, and its record does not count. */
  readonly home: string
}

export type FromUser =
  /** Wants to use the server; if `fresh`, only if nobody else does. */
  | { readonly say: 'join'; readonly token: string; readonly fresh: boolean }
  /** Only asks whether a keeper is there. */
  | { readonly say: 'probe'; readonly token: string }
  /** Needs the server no more. The keeper closes the connection: at once, or after the stop. */
  | { readonly say: 'leave' }

export type FromKeeper =
  /** The first answer to whoever knows the token. */
  | { readonly say: 'here' }
  | { readonly say: 'progress'; readonly line: string }
  | { readonly say: 'ready'; readonly url: string }
  | { readonly say: 'failed'; readonly sentence: string }
  /** Asked for a fresh start while others use the server. */
  | { readonly say: 'busy' }

const LINE_BYTES_MAX = 65_536

export function send(socket: Socket, message: FromUser | FromKeeper): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
}

/** Calls `receive` with each message; closes the connection on anything that is none. */
export function listen<Message>(socket: Socket, receive: (message: Message) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LINE_BYTES_MAX) socket.destroy()
    for (const line of lines) {
      let message: Message
      try {
        message = JSON.parse(line)
      } catch {
        socket.destroy()
        return
      }
      receive(message)
    }
  })
}
