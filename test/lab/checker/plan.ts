/** Random requests in time: who asks what, how often, and at which moment it takes effect. */
import type { HistoryLine, ReservationRecord } from '../../../src/lab/history/history.js'

export interface Wishes {
  readonly random: () => number
  readonly operations: number
  readonly pools: number
  /** Whether a reservation may take from several pools at once. */
  readonly severalPools: boolean
  readonly capacityMax: number
  /** How often a decision is the wrong one, from 0 to 1. */
  readonly wrongly: number
  /** How long a request may take, in ticks; one begins about every tick. */
  readonly ticksMax: number
  /** Whether two steps of a pool change their versions in the end. */
  readonly swap: boolean
}

export interface Attempt {
  readonly calledNs: number
  readonly returnedNs: number | null
  readonly outcome: 'answered' | 'unknown' | 'conflict'
}

export type Row = { -readonly [K in keyof ReservationRecord]: ReservationRecord[K] }

/** A request, in all its attempts. */
export interface Request {
  readonly kind: 'reserve' | 'hold' | 'cancel' | 'change' | 'capacity' | 'expire'
  readonly key: string
  /** Whether the row remembers the key; if not, it is found by its customer. */
  readonly keyed: boolean
  readonly attempts: readonly Attempt[]
  /** From the first call that may have had an effect, to the first definite answer. */
  readonly callNs: number
  readonly returnNs: number
  /** Undefined when it never takes effect, which only happens where no answer came. */
  readonly effectNs: number | undefined
  /** The request that made the reservation that this one is about. */
  readonly about: Request | undefined
  readonly lines: readonly HistoryLine[]
  readonly capacity: number
  /** How often something was asked of the reservation, and what. */
  asked: Request['kind'][]
  /** What it made, once it has. */
  row?: Row
  verdict?: 'ok' | 'refused'
  /** The refusal was for want of units. */
  short?: boolean
}

/** Requests may only be about one of so many that were made last. */
const REMEMBERED = 30

export function planRequests(wishes: Wishes, poolIds: readonly string[]): Request[] {
  const { random, operations } = wishes
  const pick = <T>(those: readonly T[]) => those[Math.floor(random() * those.length)]
  const requests: Request[] = []
  const creations: Request[] = []
  const freeCapacities = Array.from({ length: wishes.capacityMax }, (_, i) => i)
  for (let i = 0; i < operations; i += 1) {
    const chance = random()
    const about = chance < 0.5 ? pick(creations.slice(-REMEMBERED)) : undefined
    const kind = kindOf(about, chance, freeCapacities.length > 0, random)
    const whose = kind === 'reserve' || kind === 'hold' || kind === 'capacity' ? undefined : about
    whose?.asked.push(kind)
    const own = pick(poolIds) ?? ''
    const several = kind === 'reserve' && wishes.severalPools && random() < 0.4
    const changed = whose?.lines[0]?.poolId ?? own
    const pools = several ? poolIds : [kind === 'change' ? changed : own]
    // Each capacity comes once, so that the order of changes can be told.
    const at = Math.floor(random() * freeCapacities.length)
    const capacity = kind === 'capacity' ? (freeCapacities.splice(at, 1)[0] ?? 0) : 0
    const sinceNs = Math.max(i, whose?.returnNs ?? 0)
    const request: Request = {
      ...timesOf(kind, sinceNs, wishes),
      kind,
      key: `key-${i}`,
      about: whose,
      lines: pools.map((poolId) => ({ poolId, quantity: 1 + Math.floor(random() * 3) })),
      capacity,
      asked: [],
    }
    requests.push(request)
    const named = request.attempts.some((attempt) => attempt.outcome === 'answered')
    if (whose === undefined && kind !== 'capacity' && named) creations.push(request)
  }
  return requests
}

function kindOf(
  about: Request | undefined,
  chance: number,
  capacities: boolean,
  random: () => number,
): Request['kind'] {
  if (about !== undefined && about.asked.length === 0) {
    if (about.kind === 'hold') return 'expire'
    return random() < 0.7 ? 'cancel' : 'change'
  }
  if (about?.asked.length === 1 && about.asked[0] === 'cancel') return 'cancel'
  if (chance > 0.92 && capacities) return 'capacity'
  return random() < 0.3 ? 'hold' : 'reserve'
}

function timesOf(
  kind: Request['kind'],
  sinceNs: number,
  { random, ticksMax }: Wishes,
): Pick<Request, 'attempts' | 'callNs' | 'returnNs' | 'effectNs' | 'keyed'> {
  if (kind === 'expire') {
    // Nobody asks for it, so nobody knows when it was.
    const always = { callNs: Number.NEGATIVE_INFINITY, returnNs: Number.POSITIVE_INFINITY }
    return { ...always, attempts: [], effectNs: sinceNs + random() * ticksMax, keyed: false }
  }
  const attempts = attemptsFrom(sinceNs, ticksMax, random)
  const open = attempts.filter((attempt) => attempt.outcome !== 'conflict')
  const answered = open.filter((attempt) => attempt.outcome === 'answered')
  const callNs = Math.min(...open.map((attempt) => attempt.calledNs))
  const returnNs = Math.min(...answered.map((attempt) => attempt.returnedNs ?? 0))
  const never = answered.length === 0 && random() < 0.5
  const latestNs = Math.min(returnNs, callNs + ticksMax)
  const effectNs = never ? undefined : callNs + random() * (latestNs - callNs)
  return { attempts, callNs, returnNs, effectNs, keyed: attempts.length > 1 || random() < 0.5 }
}

/** Mostly one; some get no answer, some are sent again under their key, some met a conflict first. */
function attemptsFrom(fromNs: number, ticksMax: number, random: () => number): Attempt[] {
  // Short ones beside long ones: what happens within one request is what others can tell apart.
  const lasting = () => Math.floor(random() * ((random() < 0.5 ? 1 : ticksMax) + 1))
  const one = (calledNs: number, outcome: Attempt['outcome']): Attempt => {
    const answered = outcome !== 'unknown' || random() < 0.5
    return { calledNs, returnedNs: answered ? calledNs + lasting() : null, outcome }
  }
  const chance = random()
  if (chance < 0.75) return [one(fromNs, 'answered')]
  if (chance < 0.83) return [one(fromNs, 'unknown')]
  const first = one(fromNs, chance < 0.9 ? 'unknown' : chance < 0.95 ? 'conflict' : 'answered')
  return [first, one(fromNs + lasting(), 'answered')]
}
