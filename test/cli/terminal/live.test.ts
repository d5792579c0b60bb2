import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { openLive } from '../../../src/cli/terminal/live/live.js'

const ESC = String.fromCharCode(27)

/** A live view of plain numbers, on a stream that remembers and a clock that is set by hand. */
function watch(interactive: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), {
    columns: 60,
    rows: 20,
    isTTY: interactive,
  })
  const clock = { ms: 0 }
  const live = openLive<number>({
    stream,
    interactive,
    panel: (seen, { columns }) => [`frame ${seen}`, `${columns} columns`],
    line: (seen) => `line ${seen}`,
    now: () => clock.ms,
  })
  return { live, clock, written: () => String(stream.read() ?? '') }
}

test('off a terminal there is a plain line about every second, the first at once', () => {
  const { live, clock, written } = watch(false)
  for (clock.ms = 0; clock.ms <= 2500; clock.ms += 100) live.update(clock.ms)
  expect(written()).toBe('line 0\nline 1000\nline 2000\n')
})

test('on a terminal frames are redrawn at most ten times a second', () => {
  const { live, clock, written } = watch(true)
  for (clock.ms = 0; clock.ms < 1000; clock.ms += 10) live.update(clock.ms)
  expect(written().match(/frame/g)).toHaveLength(10)
})

test('a frame replaces the one before it and knows the width', () => {
  const { live, clock, written } = watch(true)
  live.update(1)
  expect(written()).toContain('frame 1\n60 columns\n')
  clock.ms = 100
  live.update(2)
  const redrawn = written()
  expect(redrawn).toContain('frame 2')
  expect(redrawn).toContain(`${ESC}[1A`)
})

test.each([true, false])(
  'what still waits is shown on closing (interactive: %s)',
  (interactive) => {
    const { live, written } = watch(interactive)
    live.update(1)
    live.update(2)
    live.close()
    expect(written()).toContain(' 2')
    live.update(3)
    live.close()
    expect(written(), 'nothing is drawn afterwards').toBe('')
  },
)

test('a note stays above the panel, which is drawn again below it', () => {
  const { live, written } = watch(true)
  live.update(1)
  written()
  live.note('server 3 was killed')
  expect(written()).toMatch(/server 3 was killed\n.*frame 1\n/s)
})

test('off a terminal no escape code is ever written', () => {
  const { live, clock, written } = watch(false)
  live.note('before')
  live.update(1)
  clock.ms = 5000
  live.update(2)
  live.close()
  live.note('after')
  expect(written()).toBe('before\nline 1\nline 2\nafter\n')
})
