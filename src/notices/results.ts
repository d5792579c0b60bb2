/**
 * Writes what came of attempts. What comes while a statement is under way goes into the next one
 * together, so that many small answers do not cost as many COMMITs.
 */
import type { Database } from '../storage/driver/database.js'
import { endAttempts } from '../storage/every-listing-notices.js'
import type { DeliveryState, EndedAttempt } from '../storage/tables/notices/deliveries.js'

interface Waiting {
  readonly ended: EndedAttempt
  readonly resolve: (state: DeliveryState | undefined) => void
  readonly reject: (error: unknown) => void
}

const TOGETHER_MAX = 100

export class Results {
  readonly #db: Pick<Database, 'query' | 'transaction'>
  readonly #patienceMs: number
  readonly #waiting: Waiting[] = []
  #writing = false

  /** @param patienceMs how long after its beginning a delivery that fails is given up */
  constructor(db: Pick<Database, 'query' | 'transaction'>, patienceMs: number) {
    this.#db = db
    this.#patienceMs = patienceMs
  }

  /** @returns what the delivery is from now on; undefined when somebody else has leased it since */
  write(ended: EndedAttempt): Promise<DeliveryState | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ended, resolve, reject })
      if (!this.#writing) void this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0, TOGETHER_MAX)
      try {
        await this.#writeTogether(together)
      } catch (error) {
        for (const { reject } of together) reject(error)
      }
    }
    this.#writing = false
  }

  async #writeTogether(together: readonly Waiting[]): Promise<void> {
    const ended = together.map((each) => each.ended)
    const rows = await endAttempts(this.#db, ended, this.#patienceMs)
    const states = new Map(rows.map(({ deliveryId, state }) => [deliveryId, state]))
    for (const { ended, resolve } of together) resolve(states.get(ended.leased.deliveryId))
  }
}
