/** What is unfinished is an issue, not a note in the code. */
import { expect, test } from 'vitest'
import { filesEnding } from './files.js'

// Put together here, so that this file does not find itself.
const NOTES = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`)

test('no file has a note of something to be done later', () => {
  const notes = filesEnding('.ts', '.mjs', '.md', '.sql', '.json', '.yml', '/run').flatMap(
    ({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, i) => (NOTES.test(line) ? [`${path}:${i + 1} ${line.trim()}`] : [])),
  )
  expect(notes).toEqual([])
})
