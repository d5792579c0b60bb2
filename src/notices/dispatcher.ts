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
import { setTimeout as pause } from 'node:timers/promises'
import type { OutboxEvent } from '../domain/event.js'
import { commit, type Database } from '../storage/driver/database.js'
import {
  type Backlog,
  claimDeliveries,
  deleteOldNotices,
  dispatchEvents,
  findDueDestinations,
  findEventsToDispatch,
  readBacklog,
} from '../storage/every-listing-notices.js'
import type {
  Dispatch,
  EndedAttempt,
  LeasedDelivery,
} from '../storage/tables/notices/deliveries.js'
import { EVERY_LISTING, setAside } from '../storage/tables/notices/events.js'
import { setListener } from '../storage/tables/notices/listeners.js'
import type { Channel, DeliveryResult } from './channels/channel.js'
import { type LaneOptions, Lanes } from './lanes.js'
import { pauseMsAfter } from './pace.js'
import { Results } from './results.js'

export interface DispatcherOptions extends LaneOptions {
  readonly db: Database
  readonly channels: readonly Channel[]
  /** How long a delivery is this dispatcher's own, in milliseconds; default 30,000. */
  readonly leaseMs?: number
  /** How long a delivery is tried again, in milliseconds; default three days. */
  readonly patienceMs?: number
  /** How many days what was told is kept; default 14. */
  readonly keptDays?: number
  /** How long the attempts under way may take once it is told to stop, in milliseconds; default 1,000. */
  readonly graceMs?: number
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
  /** Begins nothing more. Attempts that are not over soon are broken off, and are due at once for others. */
  stop(): Promise<void>
}

const LEASE_MS = 30_000
const PATIENCE_MS = 3 * 86_400_000
const KEPT_DAYS = 14
const GRACE_MS = 1_000
/** Events that are dispatched together. */
const EVENTS_MAX = 100
/** Those who wake a dispatcher again and again share a round: customers who buy meanwhile come first. */
const WAKE_MS = 50
/** Attempts that end within this time are followed by others together, for the same reason: 160 a second. */
const GO_ON_MS = 50
/** A process that is gone is a listener for so long: a deployment may be down over a weekend. */
const LISTENS_SECONDS = 7 * 86_400
const LISTEN_EVERY_MS = 3_600_000
const TIDY_EVERY_MS = 10_000
/** A thousand rows each: 2,000 a second, whatever came in a day. */
const TIDY_STEPS_MAX = 20
/** A channel that does not say where an event has to go keeps the other events waiting. */
const DESTINATIONS_WITHIN_MS = 5_000

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  return new OutboxDispatcher(options)
}

class OutboxDispatcher implements Dispatcher {
  readonly #options: DispatcherOptions
  readonly #channels: ReadonlyMap<string, Channel>
  readonly #lanes: Lanes
  readonly #results: Results
  readonly #attempts = new Set<Promise<void>>()
  /** Destinations for which more was due than could begin. */
  readonly #queued = new Set<string>()
  readonly #claiming = new Set<string>()
  readonly #ending = new AbortController()
  #stopped = false
  #round: Promise<void> | undefined
  #again = false
  #timer: NodeJS.Timeout | undefined
  #goingOn: NodeJS.Timeout | undefined
  #listenedMs = Number.NEGATIVE_INFINITY
  #tidiedMs = Number.NEGATIVE_INFINITY

  constructor(options: DispatcherOptions) {
    this.#options = options
    this.#channels = new Map(options.channels.map((channel) => [channel.name, channel]))
    this.#lanes = new Lanes(options)
    this.#results = new Results(options.db, options.patienceMs ?? PATIENCE_MS)
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
    if (this.#stopped) return
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
    this.#stopped = true
    clearTimeout(this.#timer)
    clearTimeout(this.#goingOn)
    await this.#round?.catch(() => {})
    const graceEnds = new AbortController()
    const grace = pause(this.#options.graceMs ?? GRACE_MS, undefined, graceEnds).catch(() => {})
    await Promise.race([Promise.all(this.#attempts), grace])
    graceEnds.abort()
    this.#ending.abort()
    await Promise.all(this.#attempts)
  }

  async #look(): Promise<void> {
    if (performance.now() - this.#listenedMs > LISTEN_EVERY_MS) await this.listen()
    // Not until there is nothing left: where events never cease, nobody would be told of any.
    if ((await this.#dispatch()) === EVENTS_MAX) this.#again = true
    await this.#begin()
    await this.#tidy()
  }

  /** @returns how many events were looked at */
  async #dispatch(): Promise<number> {
    const { db, onError } = this.#options
    const events = await findEventsToDispatch(db, EVENTS_MAX)
    const dispatched: Dispatch[] = []
    const failed = new Set<string>()
    for (const event of events) {
      if (this.#stopped) break
      if (failed.has(event.subjectId)) continue
      try {
        dispatched.push({ event, destinations: await this.#destinationsOf(event, events) })
      } catch (error) {
        onError?.(error)
        failed.add(event.subjectId)
        await setAside(db, event.listingId, event.eventId)
      }
    }
    if (dispatched.length > 0) {
      await db.transaction('read committed', async (tx) => {
        await dispatchEvents(tx, dispatched)
        return commit(undefined)
      })
    }
    return events.length
  }

  async #destinationsOf(event: OutboxEvent, together: object): Promise<Dispatch['destinations']> {
    const late = AbortSignal.timeout(DESTINATIONS_WITHIN_MS)
    const found: Dispatch['destinations'][number][] = []
    for (const channel of this.#channels.values()) {
      const destinations = await Promise.race([
        channel.destinationsOf(event, together),
        aborted(late),
      ])
      for (const destination of destinations) found.push({ channel: channel.name, destination })
    }
    return found
  }

  async #begin(): Promise<void> {
    const { free } = this.#lanes
    if (free <= 0 || this.#stopped) return
    const channels = [...this.#channels.keys()]
    const due = await findDueDestinations(this.#options.db, channels, this.#lanes.full(), free)
    for (const destination of due) await this.#beginFor(destination)
  }

  async #beginFor(destination: string): Promise<void> {
    const { db, leaseMs = LEASE_MS } = this.#options
    const limit = this.#lanes.freeFor(destination)
    if (limit <= 0 || this.#stopped || this.#claiming.has(destination)) return
    this.#claiming.add(destination)
    try {
      const claimed = await claimDeliveries(db, destination, { limit, leaseMs })
      if (claimed.length === limit) this.#queued.add(destination)
      else this.#queued.delete(destination)
      for (const leased of claimed) this.#start(leased)
    } finally {
      this.#claiming.delete(destination)
    }
  }

  #start(leased: LeasedDelivery): void {
    const { destination, deliveryId } = leased
    this.#lanes.begun(destination)
    const attempt = this.#attempt(leased).then((succeeded) => {
      this.#lanes.ended(destination, deliveryId, succeeded)
      this.#attempts.delete(attempt)
      this.#goOn(destination)
    })
    this.#attempts.add(attempt)
  }

  /** What waits for the place that came free begins without a look at all the others. */
  #goOn(destination: string): void {
    if (!this.#queued.has(destination)) {
      this.wake()
      return
    }
    this.#goingOn ??= setTimeout(() => {
      this.#goingOn = undefined
      this.#beginQueued().catch((error: unknown) => this.#options.onError?.(error))
    }, GO_ON_MS).unref()
  }

  async #beginQueued(): Promise<void> {
    for (const destination of this.#queued) await this.#beginFor(destination)
  }

  /** @returns whether the destination was told, or need not be */
  async #attempt(leased: LeasedDelivery): Promise<boolean> {
    const result = await this.#deliver(leased)
    const ended = this.#endedBy(leased, result)
    try {
      const state = await this.#results.write(ended)
      if (state !== undefined && ended.undone !== true) {
        this.#options.observer?.delivered(leased.channel, state === 'due' ? 'failed' : state)
      }
    } catch (error) {
      // The lease ends by itself, and somebody tries again.
      this.#options.onError?.(error)
    }
    return result.kind !== 'failed'
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

  #endedBy(leased: LeasedDelivery, result: DeliveryResult): EndedAttempt {
    if (result.kind === 'needless') return { leased, state: 'needless' }
    const { status, answer } = result
    if (result.kind === 'delivered') return { leased, state: 'delivered', status, answer }
    const { reason, again } = result
    if (!again) return { leased, state: 'dead', status, reason, answer }
    if (this.#ending.signal.aborted) return { leased, state: 'due', undone: true, reason }
    const pauseMs = pauseMsAfter(leased.attempts, this.#options.random ?? Math.random)
    return { leased, state: 'due', pauseMs, status, reason, answer }
  }

  async #tidy(): Promise<void> {
    const { db, keptDays = KEPT_DAYS, observer } = this.#options
    if (performance.now() - this.#tidiedMs < TIDY_EVERY_MS) return
    this.#tidiedMs = performance.now()
    if (observer !== undefined) observer.backlog(await readBacklog(db))
    for (let step = 0; step < TIDY_STEPS_MAX; step += 1) {
      if (!(await deleteOldNotices(db, keptDays))) return
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(new Error('it took too long'))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
