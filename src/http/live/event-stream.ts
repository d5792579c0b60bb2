/** Server-sent events on one response: writes them, sends heartbeats, drops readers that are too slow. */

/** As much of a response as a stream needs. */
export interface StreamResponse {
  write(text: string): unknown
  end(): unknown
  destroy(): unknown
  readonly writableLength: number
  once(event: 'close', listener: () => void): unknown
}

export interface EventStreamOptions {
  readonly heartbeatMs: number
  /** When the stream ends by itself. */
  readonly streamMsMax: number
  /** How many unread bytes a reader may have before it is dropped. */
  readonly behindBytesMax: number
}

export interface EventStream {
  /** @param event its data is one line of text */
  send(event: { readonly id: string; readonly name: string; readonly data: string }): void
  end(): void
}

/** How long a client waits before it comes back, in milliseconds. */
const RETRY_MS = 1_000

export function createEventStream(line: StreamResponse, options: EventStreamOptions): EventStream {
  let open = true
  const write = (text: string) => {
    if (!open) return
    if (line.writableLength > options.behindBytesMax) {
      close()
      line.destroy()
      return
    }
    line.write(text)
  }
  const heartbeat = setInterval(() => write(': heartbeat\n\n'), options.heartbeatMs)
  const lifetime = setTimeout(() => end(), options.streamMsMax)
  heartbeat.unref()
  lifetime.unref()
  const close = () => {
    open = false
    clearInterval(heartbeat)
    clearTimeout(lifetime)
  }
  const end = () => {
    if (!open) return
    close()
    line.end()
  }
  line.once('close', close)
  write(`retry: ${RETRY_MS}\n\n`)
  return {
    send: ({ id, name, data }) => {
      write(`id: ${id}\nevent: ${name}\ndata: ${data}\n\n`)
    },
    end,
  }
}
