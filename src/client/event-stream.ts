/** Reads server-sent events from a response, however it is cut into chunks. */

export interface ServerSentEvent {
  readonly event: string
  readonly data: string
  /** The last id that was told, on this event or before it. */
  readonly id: string
}

export interface EventReader {
  /** The events that this chunk completes. */
  push(chunk: Uint8Array): ServerSentEvent[]
  /** How long to wait before coming back, if the server has said so; in milliseconds. */
  readonly retryMs: number | undefined
}

export function createEventReader(): EventReader {
  const decoder = new TextDecoder()
  let rest = ''
  let id = ''
  let event = ''
  let data: string[] = []
  let retryMs: number | undefined

  function take(line: string): ServerSentEvent | undefined {
    if (line === '') {
      const complete =
        data.length === 0 ? undefined : { event: event || 'message', data: data.join('\n'), id }
      event = ''
      data = []
      return complete
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? []
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (field === 'id') id = value
    else if (field === 'retry' && /^\d+$/.test(value)) retryMs = Number(value)
    return undefined
  }

  return {
    push(chunk) {
      rest += decoder.decode(chunk, { stream: true })
      const events: ServerSentEvent[] = []
      // A carriage return at the end may be half of a line's end.
      for (let match = nextLine(rest); match !== undefined; match = nextLine(rest)) {
        rest = rest.slice(match.length)
        const complete = take(match.line)
        if (complete !== undefined) events.push(complete)
      }
      return events
    },
    get retryMs() {
      return retryMs
    },
  }
}

/** The first complete line, and how long it is with its end. */
function nextLine(text: string): { line: string; length: number } | undefined {
  const end = text.search(/[\r\n]/)
  if (end < 0 || (text[end] === '\r' && end === text.length - 1)) return undefined
  const length = end + (text.startsWith('\r\n', end) ? 2 : 1)
  return { line: text.slice(0, end), length }
}
