/**
 * Rows that a background job could not deal with. Each is left alone for a while that grows, so that
 * one bad row keeps nobody else's from being looked after, and is reported once instead of each second.
 */
import { isFault } from '../../domain/errors.js'
import { isConnectionLoss } from '../../storage/driver/sqlstate.js'

export interface SetAsideOptions {
  /** How long a row is left alone after its first failure, in milliseconds; doubles; default 1,000. */
  readonly firstMs?: number
  /** The longest that a row is left alone, in milliseconds; default 600,000. */
  readonly mostMs?: number
  /** How many rows are remembered; of more, the one that waits longest is forgotten; default 1,000. */
  readonly rowsMax?: number
  /** A clock in milliseconds; default `performance.now`. */
  readonly now?: () => number
  /** Called with each failure; `first` says that the row has not failed before. */
  readonly onFailure?: ((error: Error, first: boolean) => void) | undefined
}

interface Failed {
  readonly failures: number
  readonly againAtMs: number
}

/**
 * @example
 * const failing = new SetAside({ onFailure: (error, first) => first && log.warn(error) })
 * for (const id of await findDue({ except: failing.ids() })) {
 *   await work(id).then(() => failing.succeeded(id), (error) => failing.failed(id, error))
 * }
 */
export class SetAside {
  readonly #rows = new Map<string, Failed>()
  readonly #firstMs: number
  readonly #mostMs: number
  readonly #rowsMax: number
  readonly #now: () => number
  readonly #onFailure: NonNullable<SetAsideOptions['onFailure']>

  constructor(options: SetAsideOptions = {}) {
    this.#firstMs = options.firstMs ?? 1_000
    this.#mostMs = options.mostMs ?? 600_000
    this.#rowsMax = options.rowsMax ?? 1_000
    this.#now = options.now ?? (() => performance.now())
    this.#onFailure = options.onFailure ?? (() => {})
  }

  /** How many rows have failed and not succeeded since. */
  get size(): number {
    return this.#rows.size
  }

  /** The rows to leave alone now. */
  ids(): string[] {
    const nowMs = this.#now()
    return [...this.#rows].filter(([, { againAtMs }]) => againAtMs > nowMs).map(([id]) => id)
  }

  /** Leaves the row alone from now on, for longer each time. */
  failed(id: string, error: Error): void {
    const failures = (this.#rows.get(id)?.failures ?? 0) + 1
    const pauseMs = Math.min(this.#mostMs, this.#firstMs * 2 ** (failures - 1))
    // Set anew, so that the rows stay in the order of their last failure.
    this.#rows.delete(id)
    this.#rows.set(id, { failures, againAtMs: this.#now() + pauseMs })
    const [oldest] = this.#rows.keys()
    if (this.#rows.size > this.#rowsMax && oldest !== undefined) this.#rows.delete(oldest)
    this.#onFailure(error, failures === 1)
  }

  succeeded(id: string): void {
    this.#rows.delete(id)
  }
}

/** True for a failure that says nothing of the row at hand: the rest would fail in the same way. */
export function isOfTheDatabase(error: unknown): boolean {
  return (
    isFault(error, 'database_unavailable') ||
    isFault(error, 'overloaded') ||
    isFault(error, 'outcome_unknown') ||
    isConnectionLoss(error)
  )
}
