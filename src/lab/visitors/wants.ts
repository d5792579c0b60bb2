/** Draws the lines that a visit asks for, from the scenario and the client's own random numbers. */
import type { HistoryLine } from '../history/history.js'
import type { Range, Wants } from '../scenarios/scenario.js'

export interface WantsContext {
  /** In the sale's order. */
  readonly poolIds: readonly string[]
  /** The first pool of the last look that had something left. */
  readonly firstLeft: string | undefined
  /** The number of the visit. */
  readonly visit: number
  readonly random: () => number
}

/** The lines to ask for, in the order in which they are to be listed; none when nothing is left. */
export function drawLines(wants: Wants, context: WantsContext): HistoryLine[] {
  const { random, visit } = context
  const lines = poolsFor(wants, context).map((poolId) => ({
    poolId,
    quantity: drawFrom(wants.quantity, random),
  }))
  return wants.opposing && visit % 2 === 1 ? lines.reverse() : lines
}

/** A whole number of the range. */
export function drawFrom({ min, max }: Range, random: () => number): number {
  return min + Math.floor(random() * (max - min + 1))
}

function poolsFor(wants: Wants, { poolIds, firstLeft, visit, random }: WantsContext): string[] {
  if (wants.pools === 'first left') return firstLeft === undefined ? [] : [firstLeft]
  if (wants.pools === 'of the visit') {
    const poolId = poolIds[Math.floor(visit / 2) % poolIds.length]
    return poolId === undefined ? [] : [poolId]
  }
  const count = wants.lines === undefined ? 1 : drawFrom(wants.lines, random)
  const left = poolIds.map((_, i) => i)
  const drawn: number[] = []
  for (let i = 0; i < count && left.length > 0; i += 1) {
    drawn.push(...left.splice(Math.floor(random() * left.length), 1))
  }
  return drawn.sort((a, b) => a - b).map((i) => poolIds[i] ?? '')
}
