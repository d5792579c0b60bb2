import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventReader, type ServerSentEvent } from '../../src/client/event-stream.js'

const bytes = (text: string) => new TextEncoder().encode(text)

function read(...chunks: Uint8Array[]): ServerSentEvent[] {
  const reader = createEventReader()
  return chunks.flatMap((chunk) => reader.push(chunk))
}

describe('an event', () => {
  test('is complete at its empty line, not before', () => {
    const reader = createEventReader()
    expect(reader.push(bytes('id: 7\nevent: change\ndata: {}\n'))).toEqual([])
    expect(reader.push(bytes('\n'))).toEqual([{ id: '7', event: 'change', data: '{}' }])
  })

  test.each([
    [
      'lines that end as on any system',
      'data: a\r\ndata: b\rdata: c\n\n',
      [{ id: '', event: 'message', data: 'a\nb\nc' }],
    ],
    [
      'comments, which keep the line warm',
      ': heartbeat\n\ndata: a\n\n',
      [{ id: '', event: 'message', data: 'a' }],
    ],
    [
      'no space after the colon',
      'event:change\ndata:a\n\n',
      [{ id: '', event: 'change', data: 'a' }],
    ],
    [
      'colons in what is said',
      'data: {"a":1}\n\n',
      [{ id: '', event: 'message', data: '{"a":1}' }],
    ],
    [
      'an id that holds until the next',
      'id: 1\ndata: a\n\ndata: b\n\n',
      [
        { id: '1', event: 'message', data: 'a' },
        { id: '1', event: 'message', data: 'b' },
      ],
    ],
    [
      'nothing for an event without data',
      'event: change\n\ndata: a\n\n',
      [{ id: '', event: 'message', data: 'a' }],
    ],
  ])('is read with %s', (_what, text, events) => {
    expect(read(bytes(text))).toEqual(events)
  })

  test('is the same however the stream is cut into chunks', () => {
    const text = bytes(
      'retry: 50\n\nid: 1\r\nevent: snapshot\r\ndata: Zoë 東京\r\n\r\n: x\n\nid: 2\ndata: b\n\n',
    )
    const whole = read(text)
    expect(whole).toHaveLength(2)
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length]
        const chunks = places.slice(1).map((end, i) => text.slice(places[i], end))
        expect(read(...chunks)).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })
})

test('the stream says when to come back', () => {
  const reader = createEventReader()
  expect(reader.retryMs).toBeUndefined()
  reader.push(bytes('retry: 1500\n\nretry: soon\n'))
  expect(reader.retryMs).toBe(1500)
})
