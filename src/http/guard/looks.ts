/**
 * Who looks next at what is on sale. A look costs as much as it reads, for the database and for this
 * process, and buyers need both: large looks go one after the other, the caller who has had least goes
 * first, and while somebody else has something to do there is a rest between two of them.
 */
import { performance } from 'node:perf_hooks'
import { BoundedMap } from '../../domain/bounded.js'
import { HttpProblem } from '../wire/problems.js'
import { countPlaces } from './places.js'

/** A look that wants a turn. */
export interface Look {
  /** Whose account it goes to. */
  readonly caller: string
  /** What is looked at; how much of it there is each day is remembered from the last time. */
  readonly subject: string
  readonly days: number
  /** True once nobody waits for the answer. */
  readonly signal: { readonly aborted: boolean }
  /** Calls `listener` when the answer has been sent, or nobody waits for it. */
  readonly onGone: (listener: () => void) => void
}

export interface Made<Answer> {
  /** Undefined: the request is answered already. */
  readonly answer?: Answer
  /** About how much was read for it. */
  readonly bytes: number
}

export interface Looks {
  /**
   * Makes an answer when it is the caller's turn.
   *
   * @throws HttpProblem `rate_limited` when the caller has as many large looks under way as allowed,
   * `overloaded` when its turn did not come
   */
  take<Answer>(look: Look, make: () => Promise<Made<Answer>>): Promise<Answer | undefined>
}

export interface LooksOptions {
  /** Large looks of one caller that wait, are made or are being sent. */
  readonly callerLooksMax: number
  /** How many requests the process has taken so far, looks included. */
  readonly requests: () => number
  /** For tests: the time, and a timer. Default the process's own. */
  readonly now?: () => number
  readonly after?: (ms: number, then: () => void) => void
}

/** From here on a look is large, and one large look is under way at a time. A day of fifty courts is not. */
const LARGE_BYTES = 128 * 1024
/** Small looks that read at most this much altogether are under way at once. */
const TOGETHER_BYTES = 256 * 1024
/** What is expected for each day of what nobody has looked at yet: four days are large. */
const UNKNOWN_BYTES_PER_DAY = 32 * 1024
/** How many times as long as a large look the rest after it is, while others have something to do. */
const REST = 3
const REST_MS_MAX = 1_000
/** How fast it is forgotten that a subject was large; else one look at an empty day would hide it. */
const REMEMBERED = 0.98
/** How long a caller waits for its turn. */
const WAIT_MS_MAX = 10_000
const SUBJECTS_REMEMBERED_MAX = 10_000
const CALLERS_REMEMBERED_MAX = 10_000
const RETRY_AFTER_MS = 5_000

const WAITED =
  'Others look at what is on sale, too, and the turn of this request did not come: ask for fewer days, ' +
  'or for one resource.'

interface Waiting {
  readonly look: Look
  readonly bytes: number
  readonly sinceMs: number
  readonly begin: () => void
  readonly giveUp: (problem: HttpProblem) => void
}

export function createLooks(options: LooksOptions): Looks {
  return new Turns(options)
}

class Turns implements Looks {
  readonly #options: LooksOptions
  readonly #now: () => number
  readonly #after: (ms: number, then: () => void) => void
  readonly #places
  readonly #bytesPerDay = new BoundedMap<string, number>(SUBJECTS_REMEMBERED_MAX)
  /** What each caller has had since nobody waited last; nobody's account is below the level. */
  readonly #accounts = new BoundedMap<string, number>(CALLERS_REMEMBERED_MAX)
  #level = 0
  #waiting: Waiting[] = []
  #largeUnderWay = false
  #smallBytes = 0
  #looks = 0
  #restUntilMs = 0
  #wakeAtMs = Number.POSITIVE_INFINITY

  constructor(options: LooksOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.#after = options.after ?? ((ms, then) => void setTimeout(then, ms).unref())
    this.#places = countPlaces(options.callerLooksMax)
  }

  async take<Answer>(look: Look, make: () => Promise<Made<Answer>>): Promise<Answer | undefined> {
    this.#looks += 1
    const perDay = this.#bytesPerDay.get(look.subject)
    const bytes = (perDay ?? UNKNOWN_BYTES_PER_DAY) * look.days
    if (bytes >= LARGE_BYTES) this.#enter(look)
    await new Promise<void>((begin, giveUp) => {
      this.#waiting.push({ look, bytes, sinceMs: this.#now(), begin, giveUp })
      this.#next()
    })
    const [startedMs, others] = [this.#now(), this.#others()]
    let read = 0
    try {
      const made = await make()
      read = made.bytes
      this.#bytesPerDay.set(look.subject, Math.max(read / look.days, (perDay ?? 0) * REMEMBERED))
      return made.answer
    } finally {
      if (bytes >= LARGE_BYTES) this.#largeUnderWay = false
      else this.#smallBytes -= bytes
      this.#accounts.set(look.caller, (this.#accounts.get(look.caller) ?? this.#level) + read)
      if (read >= LARGE_BYTES && this.#others() > others) {
        const [endedMs, restMs] = [this.#now(), REST * (this.#now() - startedMs)]
        this.#restUntilMs = endedMs + Math.min(REST_MS_MAX, restMs)
      }
      this.#next()
    }
  }

  #enter({ caller, onGone }: Look): void {
    const leave = this.#places.enter(caller)
    if (leave !== undefined) {
      onGone(leave)
      return
    }
    const { callerLooksMax } = this.#options
    const detail =
      `At most ${callerLooksMax} large looks of one caller are under way at once: wait for the answer ` +
      'to one of them, or ask for fewer days.'
    throw new HttpProblem('rate_limited', { detail, retry_after_ms: RETRY_AFTER_MS })
  }

  /** How many requests have come that are no looks. */
  #others(): number {
    return this.#options.requests() - this.#looks
  }

  /** Lets as many begin as there is room for, in the order of their callers' accounts. */
  #next(): void {
    this.#dropLate()
    for (let next = this.#first(); next !== undefined; next = this.#first()) {
      this.#waiting.splice(this.#waiting.indexOf(next), 1)
      this.#level = Math.max(this.#level, this.#accountOf(next))
      if (next.bytes >= LARGE_BYTES) this.#largeUnderWay = true
      else this.#smallBytes += next.bytes
      next.begin()
    }
    if (this.#waiting.length > 0) this.#wakeLater()
    else if (!this.#largeUnderWay && this.#smallBytes === 0) this.#accounts.clear()
  }

  /** The first among those of the lowest account that there is room for; during a rest no large one. */
  #first(): Waiting | undefined {
    const large = !this.#largeUnderWay && this.#now() >= this.#restUntilMs
    let first: Waiting | undefined
    for (const each of this.#waiting) {
      const hasRoom =
        each.bytes >= LARGE_BYTES ? large : this.#smallBytes + each.bytes <= TOGETHER_BYTES
      if (!hasRoom) continue
      if (first === undefined || this.#accountOf(each) < this.#accountOf(first)) first = each
    }
    return first
  }

  #accountOf({ look }: Waiting): number {
    return Math.max(this.#level, this.#accounts.get(look.caller) ?? 0)
  }

  #dropLate(): void {
    const latestMs = this.#now() - WAIT_MS_MAX
    const isDropped = ({ look, sinceMs }: Waiting) => look.signal.aborted || sinceMs <= latestMs
    if (!this.#waiting.some(isDropped)) return
    const dropped = this.#waiting.filter(isDropped)
    this.#waiting = this.#waiting.filter((each) => !isDropped(each))
    for (const { giveUp } of dropped) giveUp(new HttpProblem('overloaded', { detail: WAITED }))
  }

  /** At the end of the rest, or when the first of those who wait has waited too long. */
  #wakeLater(): void {
    const now = this.#now()
    const lateAtMs = (this.#waiting[0]?.sinceMs ?? now) + WAIT_MS_MAX
    const atMs = this.#restUntilMs > now ? Math.min(this.#restUntilMs, lateAtMs) : lateAtMs
    if (this.#wakeAtMs <= atMs) return
    this.#wakeAtMs = atMs
    this.#after(Math.max(1, Math.ceil(atMs - now)), () => {
      this.#wakeAtMs = Number.POSITIVE_INFINITY
      this.#next()
    })
  }
}
