/**
 * Leaves a connection for others: of the transactions that want one pool, only so many are under way
 * at once. Each of them waits for the same row anyway; whoever wants another pool would otherwise wait
 * for a connection behind them, for as long as somebody keeps that row locked.
 */
import { HoldfastError } from '../../domain/errors.js'

interface Turns {
  underWay: number
  /** How many have asked that nobody begins. */
  closedBy: number
  readonly waiting: Set<() => void>
}

export class PoolTurns {
  readonly #pools = new Map<string, Turns>()
  readonly #max: number
  readonly #waitMsMax: number

  /** @param max transactions of one pool under way at once, at least 1 */
  constructor(max: number, waitMsMax: number) {
    this.#max = Math.max(1, max)
    this.#waitMsMax = waitMsMax
  }

  /**
   * Runs `work` when it is the turn of all of its pools.
   *
   * @throws HoldfastError `overloaded` when that takes too long; then `work` has not begun
   */
  async inTurn<Value>(poolIds: readonly string[], work: () => Promise<Value>): Promise<Value> {
    const pools = [...new Set(poolIds)].sort()
    const entered: string[] = []
    try {
      // In order, so that two who want the same pools do not wait for each other.
      for (const poolId of pools) {
        await this.#enter(poolId)
        entered.push(poolId)
      }
      return await work()
    } finally {
      for (const poolId of entered) this.#leave(poolId)
    }
  }

  /** Runs `work`, during which no transaction of these pools begins: it would only be in vain. */
  async alone<Value>(poolIds: readonly string[], work: () => Promise<Value>): Promise<Value> {
    for (const poolId of poolIds) this.#turnsOf(poolId).closedBy += 1
    try {
      return await work()
    } finally {
      for (const poolId of poolIds) {
        this.#turnsOf(poolId).closedBy -= 1
        this.#admit(poolId)
      }
    }
  }

  #turnsOf(poolId: string): Turns {
    const known = this.#pools.get(poolId)
    if (known !== undefined) return known
    const turns: Turns = { underWay: 0, closedBy: 0, waiting: new Set() }
    this.#pools.set(poolId, turns)
    return turns
  }

  async #enter(poolId: string): Promise<void> {
    const turns = this.#turnsOf(poolId)
    if (turns.closedBy > 0 || turns.underWay >= this.#max) await this.#wait(turns)
    else turns.underWay += 1
  }

  #wait({ waiting }: Turns): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(admit)
        reject(
          new HoldfastError('overloaded', `waited longer than ${this.#waitMsMax} ms for its turn`),
        )
      }, this.#waitMsMax)
      waiting.add(admit)
    })
  }

  #leave(poolId: string): void {
    this.#turnsOf(poolId).underWay -= 1
    this.#admit(poolId)
  }

  #admit(poolId: string): void {
    const turns = this.#turnsOf(poolId)
    for (const admit of turns.waiting) {
      if (turns.closedBy > 0 || turns.underWay >= this.#max) return
      turns.waiting.delete(admit)
      turns.underWay += 1
      admit()
    }
    if (turns.underWay === 0 && turns.closedBy === 0) this.#pools.delete(poolId)
  }
}
