/**
 * Turns what a terminal shows into a picture for the docs: text with colour codes in, SVG out.
 *
 *     npx tsx scripts/terminal-picture.ts < frame.txt > docs/pictures/race.svg
 *
 * Readers' fonts differ, so nothing is left to them: every character is put on a grid of its own,
 * and block elements and rules are drawn as rectangles, so that bars have neither gaps nor seams.
 */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import stringWidth from 'string-width'

interface Style {
  readonly fg?: string | undefined
  readonly bg?: string | undefined
  readonly bold?: boolean
  readonly dim?: boolean
  readonly inverse?: boolean
}
/** Where a rectangle is, in cells, and how opaque. */
type Box = readonly [x: number, y: number, width: number, height: number, opacity?: number]

// Whole pixels and halves: edges stay sharp at the picture's own size.
const CELL = { width: 9, height: 20, font: 15, baseline: 14.5 }
const FRAME = { side: 20, top: 46, bottom: 18 }
const INK = '#e6edf3'
const GROUND = '#0d1117'
const PALETTE = (
  '#484f58 #ff5449 #3fb950 #e3b341 #58a6ff #bc8cff #39c5cf #b1bac4 ' +
  '#6e7681 #ff8078 #56d364 #f2cc60 #79c0ff #d2a8ff #56d4dd #ffffff'
).split(' ')
const GRAPHEMES = new Intl.Segmenter()
const CODE = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`)
const FONTS = `ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace`

/** The picture of `text`, as an SVG document that needs nothing else. */
export function terminalPicture(text: string): string {
  const lines = text.replace(/\r/g, '').replace(/\n+$/, '').split('\n')
  let style: Style = {}
  let columns = 0
  let heading = ''
  const drawn = lines.flatMap((line, row) => {
    let column = 0
    // Split at a pattern with a group, every second piece is the group: the codes between the texts.
    const parts = line.split(CODE).map((piece, index) => {
      if (index % 2 === 1) style = styled(style, piece.split(';').map(Number))
      if (index % 2 === 1 || piece === '') return ''
      const at = column
      column += stringWidth(piece)
      columns = Math.max(columns, column)
      if (row === 0) heading += piece
      return run(piece, at, row, style)
    })
    return parts.filter((part) => part !== '')
  })
  const width = columns * CELL.width + 2 * FRAME.side
  const height = lines.length * CELL.height + FRAME.top + FRAME.bottom
  const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
    (fill, index) => `<circle cx="${22 + 20 * index}" cy="21" r="6" fill="${fill}"/>`,
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(heading.trim().replace(/ +/g, ' '))}</title>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" fill="${GROUND}" stroke="#30363d"/>`,
    ...dots,
    `<g transform="translate(${FRAME.side} ${FRAME.top})" font-family="${FONTS}" font-size="${CELL.font}" text-anchor="middle" shape-rendering="crispEdges">`,
    ...drawn,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

/** One stretch of a line in one style: its ground and blocks as rectangles, then its letters. */
function run(text: string, column: number, row: number, style: Style): string {
  const [fg, bg] = style.inverse
    ? [style.bg ?? GROUND, style.fg ?? INK]
    : [style.fg ?? INK, style.bg]
  const ground = rect([column, row, stringWidth(text), 1], bg ?? GROUND)
  const blocks: Box[] = []
  const letters: string[] = []
  let at = column
  for (const { segment } of GRAPHEMES.segment(text)) {
    const width = stringWidth(segment)
    const boxes = boxesOf(segment)
    for (const [x, y, wide, high, opacity = 1] of boxes ?? []) {
      const last = blocks.at(-1)
      const alike = last?.[1] === row + y && last[3] === high && last[4] === opacity
      // Blocks that touch are one rectangle, so that no seam shows when the picture is scaled.
      const touched = alike && last[0] + last[2] === at + x ? blocks.pop() : undefined
      const from = touched?.[0] ?? at + x
      blocks.push([from, row + y, at + x + wide - from, high, opacity])
    }
    if (boxes === undefined && segment.trim() !== '') {
      const x = (at + width / 2) * CELL.width
      const y = row * CELL.height + CELL.baseline
      letters.push(`<text x="${x}" y="${y}">${escaped(segment)}</text>`)
    }
    at += width
  }
  const drawn = [...blocks.map((box) => rect(box)), ...letters].join('')
  const look = `${style.bold ? ' font-weight="bold"' : ''}${style.dim ? ' opacity="0.55"' : ''}`
  return `${bg === undefined ? '' : ground}${drawn && `<g fill="${fg}"${look}>${drawn}</g>`}`
}

/** The rectangles of a block element or a straight rule; undefined for every other character. */
function boxesOf(character: string): Box[] | undefined {
  const code = character.charCodeAt(0)
  if (code === 0x2500) return [[0, 0.475, 1, 0.05]]
  if (code === 0x2501) return [[0, 0.425, 1, 0.15]]
  if (code === 0x2502) return [[4 / 9, 0, 1 / 9, 1]]
  if (code === 0x2503) return [[3 / 9, 0, 3 / 9, 1]]
  if (code < 0x2580 || code > 0x259f) return undefined
  if (code === 0x2580) return [[0, 0, 1, 1 / 2]]
  if (code <= 0x2588) return [[0, (0x2588 - code) / 8, 1, (code - 0x2580) / 8]]
  if (code <= 0x258f) return [[0, 0, (0x2590 - code) / 8, 1]]
  if (code === 0x2590) return [[1 / 2, 0, 1 / 2, 1]]
  if (code <= 0x2593) return [[0, 0, 1, 1, (code - 0x2590) / 4]]
  if (code === 0x2594) return [[0, 0, 1, 1 / 8]]
  if (code === 0x2595) return [[7 / 8, 0, 1 / 8, 1]]
  // Quadrants, as bits: upper left 8, upper right 4, lower left 2, lower right 1.
  const quadrants = [2, 1, 8, 11, 9, 14, 13, 4, 6, 7][code - 0x2596] ?? 0
  const corners = [0, 1, 2, 3].map((corner): Box => [(corner % 2) / 2, (corner >> 1) / 2, 0.5, 0.5])
  return corners.filter((_, index) => quadrants & (8 >> index))
}

function rect([x, y, wide, high, opacity = 1]: Box, fill?: string): string {
  const numbers = [x * CELL.width, y * CELL.height, wide * CELL.width, high * CELL.height]
  const [left, top, width, height] = numbers.map((length) => Number(length.toFixed(3)))
  const look = `${fill ? ` fill="${fill}"` : ''}${opacity < 1 ? ` fill-opacity="${opacity}"` : ''}`
  return `<rect x="${left}" y="${top}" width="${width}" height="${height}"${look}/>`
}

/** The style after a colour code such as `1;38;5;208`. */
function styled(before: Style, codes: readonly number[]): Style {
  let style = before
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0
    const key = (code >= 40 && code < 50) || code >= 100 ? 'bg' : 'fg'
    if (code === 0) style = {}
    else if (code === 1) style = { ...style, bold: true }
    else if (code === 2) style = { ...style, dim: true }
    else if (code === 22) style = { ...style, bold: false, dim: false }
    else if (code === 7 || code === 27) style = { ...style, inverse: code === 7 }
    else if (code === 38 || code === 48) {
      const [kind, red = 0, green = 0, blue = 0] = codes.slice(index + 1)
      index += kind === 5 ? 2 : 4
      style = { ...style, [key]: kind === 5 ? indexed(red) : hex([red, green, blue]) }
    } else if (code === 39 || code === 49) style = { ...style, [key]: undefined }
    else if (code >= 30 && code <= 47) style = { ...style, [key]: PALETTE[code % 10] }
    else if (code >= 90 && code <= 107) style = { ...style, [key]: PALETTE[(code % 10) + 8] }
  }
  return style
}

/** One of the 256 colours: the 16 of the palette, a cube of 6 × 6 × 6, and 24 greys. */
function indexed(code: number): string {
  if (code < 16) return PALETTE[code] ?? INK
  if (code >= 232) return hex(new Array<number>(3).fill(8 + (code - 232) * 10))
  const cube = code - 16
  const digits = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6]
  return hex(digits.map((digit) => (digit === 0 ? 0 : 55 + digit * 40)))
}

function hex(channels: readonly number[]): string {
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(terminalPicture(readFileSync(process.argv[2] ?? 0, 'utf8')))
}
