/**
 * Long work in slices, with a turn of the event loop in between: whoever else is being answered waits
 * for one slice, and not for the whole. A year of courts in one piece kept everybody waiting for 220 ms.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** How much text is written or read in one turn: about five hundred slots, half a millisecond. */
export const SLICE_BYTES = 64 * 1024

/** Waits for a turn once the bytes since the last one are a slice. */
export function createPace(): (bytes: number) => Promise<void> | undefined {
  let sinceTurn = 0
  return (bytes) => {
    sinceTurn += bytes
    if (sinceTurn < SLICE_BYTES) return undefined
    sinceTurn = 0
    return nextTurn()
  }
}

/**
 * @param pieces each much shorter than a slice
 * @param end what comes after them
 */
export async function writeInSlices(pieces: Iterable<string>, end = ''): Promise<Buffer> {
  const pace = createPace()
  const written: Buffer[] = []
  for (const piece of pieces) {
    const bytes = Buffer.from(piece)
    written.push(bytes)
    await pace(bytes.length)
  }
  return Buffer.concat([...written, Buffer.from(end)])
}

/** How many items of a list are written at once. */
const ITEMS = 200

/** The items as JSON, with commas between them and no brackets around. */
export function* jsonItems<Item>(
  items: readonly Item[],
  show: (item: Item) => unknown,
): Generator<string> {
  for (let at = 0; at < items.length; at += ITEMS) {
    const text = JSON.stringify(items.slice(at, at + ITEMS).map(show)).slice(1, -1)
    yield at === 0 ? text : `,${text}`
  }
}
