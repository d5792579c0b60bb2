/** Drawings one line high, made of block elements; an eighth of a cell is the smallest step. */

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * How far beyond 100 % bars may reach. Few steps, so that the scale seldom changes under the eye, and
 * an end, so that one resource sold ten times over leaves something to see of the others.
 */
const SCALES = [1, 1.25, 1.5, 2, 3, 4] as const
const SCALE_MAX = 4

/** A bar in its parts, left to right; together they are as wide as was asked for. */
export interface StockBar {
  /** Sold, up to the capacity. */
  readonly sold: string
  readonly free: string
  /** One cell: the line at 100 %. */
  readonly mark: string
  /** Sold beyond the capacity; a whole cell at least, and what the scale shows at most. */
  readonly over: string
  readonly rest: string
}

/** The smallest scale that shows `ratio` (sold to capacity) and is at least `floor`; at most 4. */
export function scaleFor(ratio: number, floor: number): number {
  return SCALES.find((scale) => scale >= ratio && scale >= floor) ?? SCALE_MAX
}

/** How many of `width` cells lie before the mark at 100 %. */
export function cellsWithin(width: number, scale: number): number {
  const cells = Math.round((width - 1) / scale)
  return Math.max(0, scale > 1 ? Math.min(cells, width - 2) : cells)
}

/**
 * A bar of `width` cells for what is sold of a capacity.
 *
 * @param stock.over sold beyond what there is; default what the two figures differ by
 */
export function stockBar(
  stock: { readonly sold: number; readonly capacity: number; readonly over?: number },
  width: number,
  scale: number,
): StockBar {
  const within = cellsWithin(width, scale)
  const beyond = Math.max(0, width - within - 1)
  const excess = stock.over ?? Math.max(0, stock.sold - stock.capacity)
  const sold = blocks(shareOf(stock.sold - excess, stock.capacity), within)
  const overCells = (excess / Math.max(1, stock.capacity)) * within
  // One unit too many is as wrong as a hundred: it gets a cell that nobody overlooks.
  const over = excess === 0 ? '' : blocks(Math.max(1, overCells) / Math.max(1, beyond), beyond)
  return {
    sold,
    free: '─'.repeat(within - sold.length),
    mark: '│',
    over,
    rest: ' '.repeat(beyond - over.length),
  }
}

/** A thin bar of `width` cells for a share of 0 to 1: the part done and the part to do. */
export function thinBar(share: number, width: number): { done: string; todo: string } {
  const done = Math.floor(between01(share) * width)
  return { done: '━'.repeat(done), todo: '─'.repeat(width - done) }
}

/**
 * One cell per tick; when there are more ticks than cells, each cell is the mean of equally many
 * ticks, so that the whole run stays in view. Zero is the lowest block, and only zero is.
 */
export function sparkline(ticks: readonly number[], width: number): string {
  if (width < 1 || ticks.length === 0) return ''
  const perCell = Math.ceil(ticks.length / width)
  const cells: number[] = []
  for (let start = 0; start < ticks.length; start += perCell) {
    const group = ticks.slice(start, start + perCell)
    cells.push(group.reduce((sum, tick) => sum + tick, 0) / group.length)
  }
  const highest = Math.max(...cells)
  return cells
    .map((cell) => LEVELS[cell > 0 ? Math.max(1, Math.round((cell / highest) * 7)) : 0])
    .join('')
}

/** `part` of `whole`, from 0 to 1; nothing of nothing is nothing. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? between01(part / whole) : 0
}

/** Rounded down, so that a bar looks full only when it is; but never so far that a sale is unseen. */
function blocks(share: number, width: number): string {
  const eighths = Math.floor(between01(share) * width * 8)
  const seen = share > 0 && width > 0 ? Math.max(1, eighths) : 0
  return '█'.repeat(seen >> 3) + (EIGHTHS[seen & 7] ?? '')
}

function between01(share: number): number {
  return Math.min(1, Math.max(0, share))
}
