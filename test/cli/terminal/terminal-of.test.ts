import { expect, test } from 'vitest'
import { terminalOf } from '../../../src/cli/terminal/terminal-of.js'

const TTY = { isTTY: true }
const PIPE = {}

test.each([
  ['a terminal', TTY, {}, { interactive: true, color: true }],
  ['a pipe', PIPE, {}, { interactive: false, color: false }],
  ['a terminal with NO_COLOR', TTY, { NO_COLOR: '1' }, { interactive: false, color: false }],
  ['a terminal with an empty NO_COLOR', TTY, { NO_COLOR: '' }, { interactive: true, color: true }],
  ['a pipe with FORCE_COLOR', PIPE, { FORCE_COLOR: '1' }, { interactive: false, color: true }],
  ['a terminal with FORCE_COLOR=0', TTY, { FORCE_COLOR: '0' }, { interactive: true, color: false }],
  [
    'NO_COLOR against FORCE_COLOR',
    TTY,
    { NO_COLOR: '1', FORCE_COLOR: '1' },
    { interactive: false, color: false },
  ],
  ['a dumb terminal', TTY, { TERM: 'dumb' }, { interactive: false, color: false }],
])('%s is treated as what it is', (_, stream, env, expected) => {
  expect(terminalOf(stream, env)).toEqual(expected)
})
