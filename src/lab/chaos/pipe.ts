/** One direction of a connection: bytes arrive in the order in which they were sent, but late. */
import type { Socket } from 'node:net'

export interface Weather {
  /** How long a byte is on its way; default 0 ms. */
  readonly latencyMs?: number
  /** How many bytes arrive in a second; default as many as come. */
  readonly bytesPerSecond?: number
}

/** With more than this on its way, the sender is not read from until some of it has arrived. */
const UNDERWAY_BYTES_MAX = 256 * 1024

export class Pipe {
  readonly #from: Socket
  readonly #to: Socket
  readonly #weather: () => Weather
  /** What is on its way, oldest first, and when it arrives on the monotonic clock. */
  readonly #underway: { readonly bytes: Buffer; readonly dueMs: number }[] = []
  #underwayBytes = 0
  /** When the last byte that was sent arrives. */
  #lastDueMs = 0
  #finishing = false
  #clogged = false

  /** @param weather asked for every piece that is sent */
  constructor(from: Socket, to: Socket, weather: () => Weather) {
    this.#from = from
    this.#to = to
    this.#weather = weather
  }

  carry(bytes: Buffer): void {
    if (this.#clogged) return
    const { latencyMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY } = this.#weather()
    const nowMs = performance.now()
    const dueMs =
      Math.max(this.#lastDueMs, nowMs + latencyMs) + (bytes.length / bytesPerSecond) * 1000
    if (dueMs <= nowMs && this.#underway.length === 0) {
      this.#write(bytes)
      return
    }
    this.#lastDueMs = dueMs
    this.#underway.push({ bytes, dueMs })
    this.#underwayBytes += bytes.length
    if (this.#underwayBytes > UNDERWAY_BYTES_MAX) this.#from.pause()
    if (this.#underway.length === 1) this.#deliver()
  }

  /** Tells the other end that nothing more comes, once everything has arrived. */
  finish(): void {
    this.#finishing = true
    if (this.#underway.length === 0) this.#to.end()
  }

  /** Nothing arrives any more: neither what is on its way nor what is sent from now on. */
  clog(): void {
    this.#clogged = true
    this.#underway.length = 0
  }

  #deliver(): void {
    const nowMs = performance.now()
    for (let next = this.#underway[0]; next !== undefined; next = this.#underway[0]) {
      if (next.dueMs > nowMs) {
        setTimeout(() => this.#deliver(), Math.ceil(next.dueMs - nowMs))
        return
      }
      this.#underway.shift()
      this.#underwayBytes -= next.bytes.length
      this.#write(next.bytes)
    }
    if (this.#clogged) return
    if (!this.#to.writableNeedDrain) this.#from.resume()
    if (this.#finishing) this.#to.end()
  }

  #write(bytes: Buffer): void {
    if (this.#to.write(bytes)) return
    this.#from.pause()
    this.#to.once('drain', () => this.#from.resume())
  }
}
