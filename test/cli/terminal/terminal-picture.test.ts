import { expect, test } from 'vitest'
import { terminalPicture } from '../../../scripts/terminal-picture.js'
import { renderRacePanel } from '../../../src/cli/terminal/live/race-panel.js'
import { hotelsSelling, snapshotOf } from './race-samples.js'

const ESC = String.fromCharCode(27)
const sgr = (codes: string) => `${ESC}[${codes}m`

/** Throws unless every tag is closed in order and every `&` begins a reference. */
function checkXml(xml: string): void {
  const open: string[] = []
  for (const tag of xml.matchAll(/<(\/?)([a-z]+)((?: [a-zA-Z-]+(?::[a-z]+)?="[^"<]*")*)(\/?)>/g)) {
    const [, closing, name = '', , selfClosing] = tag
    if (closing) expect(open.pop()).toBe(name)
    else if (!selfClosing) open.push(name)
  }
  expect(open).toEqual([])
  const text = xml.replace(/<[^<>]*>/g, '')
  expect(text).not.toMatch(/[<>]/)
  expect(text).not.toMatch(/&(?!#\d+;)/)
}

test('a panel becomes well-formed XML without control characters', () => {
  const snapshot = snapshotOf({ resources: hotelsSelling(612, 500, 501, 488) })
  const panel = renderRacePanel(snapshot, { columns: 100, color: true, safe: false })
  const picture = terminalPicture(panel.join('\n'))
  checkXml(picture)
  expect(picture).not.toContain(ESC)
  expect(picture).toContain('<title>holdfast · evento · naive 113 ROOMS SOLD TWICE</title>')
})

test('text is escaped', () => {
  const picture = terminalPicture('a<b> & "c"')
  checkXml(picture)
  expect(picture).toContain('>&#60;</text>')
  expect(picture).toContain('>&#38;</text>')
})

test('every character stands in its own cell, a wide one in two', () => {
  const xs = [...terminalPicture('a 東b').matchAll(/<text x="([\d.]+)"/g)].map(([, x]) => Number(x))
  expect(xs).toEqual([4.5, 27, 40.5])
})

test('blocks that touch are one rectangle', () => {
  const picture = terminalPicture(`bar\n${sgr('36')}███▌${sgr('39')}`)
  expect(picture).toContain('<rect x="0" y="20" width="31.5" height="20"/>')
  expect(picture).not.toContain('█')
})

test.each([
  ['31', 'fill="#ff5449"'],
  ['91', 'fill="#ff8078"'],
  ['38;5;9', 'fill="#ff8078"'],
  ['38;5;208', 'fill="#ff8700"'],
  ['38;5;240', 'fill="#585858"'],
  ['38;2;1;2;255', 'fill="#0102ff"'],
  ['1', 'font-weight="bold"'],
  ['2', 'opacity="0.55"'],
  ['41', 'height="20" fill="#ff5449"/>'],
  ['107', 'height="20" fill="#ffffff"/>'],
  ['7', 'height="20" fill="#e6edf3"/><g fill="#0d1117"'],
])('the code %s is drawn, until it is reset', (code, drawn) => {
  const lettersOf = (text: string) => terminalPicture(text).split('<g transform')[1]
  expect(lettersOf(`${sgr(code)}x`)).toContain(drawn)
  expect(lettersOf(`${sgr(code)}${sgr('')}x`)).not.toContain(drawn)
})

test('block elements cover their part of the cell', () => {
  const boxesOf = (text: string) =>
    [
      ...(terminalPicture(text)
        .split('<g transform')[1]
        ?.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g) ?? []),
    ].map((match) => match.slice(1).map(Number))
  expect(boxesOf('▂')).toEqual([[0, 15, 9, 5]])
  expect(boxesOf('▀')).toEqual([[0, 0, 9, 10]])
  expect(boxesOf('▎')).toEqual([[0, 0, 2.25, 20]])
  expect(boxesOf('▐')).toEqual([[4.5, 0, 4.5, 20]])
  expect(boxesOf('▖')).toEqual([[0, 10, 4.5, 10]])
  expect(boxesOf('▝')).toEqual([[4.5, 0, 4.5, 10]])
  expect(boxesOf('▞')).toEqual([
    [4.5, 0, 4.5, 10],
    [0, 10, 4.5, 10],
  ])
})
