/**
 * Gets events to whoever listens: makes a delivery of each event for each destination, then attempts what
 * is due. Any number of servers may run one: rows are claimed with `skip locked`, a delivery is leased,
 * and the result of an attempt counts only under the newest lease's fence. So an event is told at least
 * once under one id, in the order of its reservation's versions to each destination.
 *
 * A destination that hangs or fails has few attempts under way at once and keeps nobody else waiting; an
 * event that cannot be dispatched is set aside by itself.
 *
 * Ideas: River's fetching by `skip locked`, and fencing tokens (M. Kleppmann, "How to do distributed
 * locking", 2016).
 */
import { commit, type Database } from '../storage/driver/database.js'
import {
  type Backlog,
  claimDeliveries,
  claimEvents,
  deleteOldNotices,
  findDueDestinations,
  readBacklog,
  sendDispatch,
} from '../storage/every-listing.js'
import {
  type Dispatch,
  endDelivery,
  type LeasedDelivery,
  postponeDelivery,
} from '../storage/tables/notices/deliveries.js'
import { EVERY_LISTING, sendSetAside } from '../storage/tables/notices/events.js'
import { setListener } from '../storage/tables/notices/listeners.js'
import type { Channel, DeliveryResult } from './channels/channel.js'
import { pauseMsAfter } from './pace.js'

export interface DispatcherOptions {
  readonly db: Database
  readonly channels: readonly Channel[]
  /** How long a delivery is this dispatcher's own, in milliseconds; default 30,000. */
  readonly leaseMs?: number
  /** Attempts under way at once; default 64. */
  readonly atOnce?: number
  /** Of these, to one destination; default 8. */
  readonly atOncePerDestination?: number
  /** How long a delivery is tried again, in milliseconds; default three days. */
  readonly patienceMs?: number
  /** How many days what was told is kept; default 14. */
  readonly keptDays?: number
  /** Draws from [0, 1); default `Math.random`. */
  readonly random?: () => number
  /** A channel has thrown: a fault of ours. Default: ignored. */
  readonly onError?: (error: unknown) => void
  /** Is told what happens, for figures. */
  readonly observer?: {
    delivered(channel: string, outcome: AttemptOutcome): void
    backlog(backlog: Backlog): void
  }
}

export type AttemptOutcome = 'delivered' | 'needless' | 'failed' | 'dead'

export interface Dispatcher {
  /** Makes the channels that hear of every listing listeners; nothing is written for nobody. */
  listen(): Promise<void>
  /** One look: what is new is dispatched, what is due is begun. Does not wait for attempts. */
  round(): Promise<void>
  /** Begins a round soon, because something was written. */
  wake(): void
  /** Gives up the attempts under way, which others begin again when their lease is over. */
  stop(): Promise<void>
}

const LEASE_MS = 30_000
const AT_ONCE = 64
const AT_ONCE_PER_DESTINATION = 8
const PATIENCE_MS = 3 * 86_400_000
const KEPT_DAYS = 14
/** Events that are dispatched in one transaction. */
const EVENTS_MAX = 200
/** Those who wake a dispatcher again and again share a round. */
const WAKE_MS = 50
/** A process that is gone is a listener for so long: a deployment may be down over a weekend. */
const LISTENS_SECONDS = 7 * 86_400
const LISTEN_EVERY_MS = 3_600_000
const LOOK_AT_BACKLOG_EVERY_MS = 10_000

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new OutboxDispatcher(options)
}

class OutboxDispatcher implements Dispatcher {
  readonly #options: DispatcherOptions
  readonly #channels: ReadonlyMap<string, Channel>
  readonly #underWay = new Map<string, number>()
  readonly #attempts = new Set<Promise<void>>()
  readonly #ending = new AbortController()
  #round: Promise<void> | undefined
  #again = false
  #timer: NodeJS.Timeout | undefined
  #listenedMs = Number.NEGATIVE_INFINITY
  #tidiedMs = Number.NEGATIVE_INFINITY

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#channels = new Map(options.channels.map((channel) => [channel.name, channel]))
  }

  async listen(): Promise<void> {
    for (const { name, everyListing } of this.#channels.values()) {
      if (everyListing === undefined) continue
      const listener = { listingId: EVERY_LISTING, channel: name, destination: everyListing }
      await setListener(this.#options.db, listener, LISTENS_SECONDS)
    }
    this.#listenedMs = performance.now()
  }

  wake(): void {
    if (this.#ending.signal.aborted) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.round().catch((error: unknown) => this.#options.onError?.(error))
    }, WAKE_MS).unref()
  }

  async round(): Promise<void> {
    if (this.#round !== undefined) {
      this.#again = true
      return this.#round
    }
    this.#round = this.#look().finally(() => {
      this.#round = undefined
      if (this.#again) this.wake()
      this.#again = false
    })
    return this.#round
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    this.#ending.abort()
    await this.#round?.catch(() => {})
    await Promise.all(this.#attempts)
  }

  async #look(): Promise<void> {
    if (performance.now() - this.#listenedMs > LISTEN_EVERY_MS) await this.listen()
    while (!this.#ending.signal.aborted && (await this.#dispatch()) === EVENTS_MAX);
    await this.#begin()
    await this.#tidy()
  }

  /** @returns how many events were looked at */
  #dispatch(): Promise<number> {
    return this.#options.db.transaction('read committed', async (tx) => {
      const events = await claimEvents(tx, EVENTS_MAX)
      const dispatched: Dispatch[] = []
      for (const event of events) {
        try {
          const destinations: Dispatch['destinations'][number][] = []
          for (const channel of this.#channels.values()) {
            for (const destination of await channel.destinationsOf(event)) {
              destinations.push({ channel: channel.name, destination })
            }
          }
          dispatched.push({ event, destinations })
        } catch (error) {
          this.#options.onError?.(error)
          sendSetAside(tx, event.listingId, event.eventId)
        }
      }
      if (dispatched.length > 0) sendDispatch(tx, dispatched)
      return commit(events.length, { mayWriteNothing: true })
    })
  }

  async #begin(): Promise<void> {
    const { db, atOnce = AT_ONCE } = this.#options
    if (this.#attempts.size >= atOnce || this.#ending.signal.aborted) return
    for (const destination of await findDueDestinations(db, [...this.#channels.keys()], atOnce)) {
      await this.#beginFor(destination)
    }
  }

  async #beginFor(destination: string): Promise<void> {
    const { db, leaseMs = LEASE_MS, atOnce = AT_ONCE } = this.#options
    const { atOncePerDestination = AT_ONCE_PER_DESTINATION } = this.#options
    const busy = this.#underWay.get(destination) ?? 0
    const limit = Math.min(atOncePerDestination - busy, atOnce - this.#attempts.size)
    if (limit <= 0 || this.#ending.signal.aborted) return
    for (const leased of await claimDeliveries(db, destination, { limit, leaseMs })) {
      this.#underWay.set(destination, (this.#underWay.get(destination) ?? 0) + 1)
      const attempt = this.#attempt(leased).finally(() => {
        const left = (this.#underWay.get(destination) ?? 1) - 1
        if (left === 0) this.#underWay.delete(destination)
        else this.#underWay.set(destination, left)
        this.#attempts.delete(attempt)
        this.wake()
      })
      this.#attempts.add(attempt)
    }
  }

  async #attempt(leased: LeasedDelivery): Promise<void> {
    try {
      const result = await this.#deliver(leased)
      if (this.#ending.signal.aborted && result.kind === 'failed') return
      const outcome = await this.#note(leased, result)
      this.#options.observer?.delivered(leased.channel, outcome)
    } catch (error) {
      // The lease ends by itself, and somebody tries again.
      this.#options.onError?.(error)
    }
  }

  async #deliver({ event, channel, destination, deliveryId, attempts }: LeasedDelivery) {
    const { leaseMs = LEASE_MS, onError } = this.#options
    // Before the lease ends: nobody else may be telling the same meanwhile.
    const late = AbortSignal.timeout(leaseMs * 0.8)
    const signal = AbortSignal.any([this.#ending.signal, late])
    try {
      const known = this.#channels.get(channel)
      if (known === undefined) throw new Error(`there is no channel ${channel}`)
      const attempt = { deliveryId, number: attempts, signal }
      return await Promise.race([known.deliver(event, destination, attempt), aborted(signal)])
    } catch (error) {
      if (!signal.aborted) onError?.(error)
      const reason = error instanceof Error ? error.message : String(error)
      return { kind: 'failed', again: true, reason } as const
    }
  }

  async #note(leased: LeasedDelivery, result: DeliveryResult): Promise<AttemptOutcome> {
    const { db, patienceMs = PATIENCE_MS, random = Math.random } = this.#options
    if (result.kind !== 'failed') {
      await endDelivery(db, leased, result.kind, result.kind === 'delivered' ? result : {})
      return result.kind
    }
    if (!result.again) {
      await endDelivery(db, leased, 'dead', result)
      return 'dead'
    }
    const pace = { pauseMs: pauseMsAfter(leased.attempts, random), patienceMs }
    const state = await postponeDelivery(db, leased, pace, result)
    return state === 'dead' ? 'dead' : 'failed'
  }

  async #tidy(): Promise<void> {
    const { db, keptDays = KEPT_DAYS, observer } = this.#options
    if (performance.now() - this.#tidiedMs < LOOK_AT_BACKLOG_EVERY_MS) return
    this.#tidiedMs = performance.now()
    await deleteOldNotices(db, keptDays)
    if (observer !== undefined) observer.backlog(await readBacklog(db))
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('the attempt took too long'))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
