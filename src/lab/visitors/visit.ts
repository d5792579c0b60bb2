/** Makes one visit: does what a scenario's steps say, once through. */
import { setTimeout as pause } from 'node:timers/promises'
import type { HistoryLine } from '../history/history.js'
import type { VisitStep, Way } from '../scenarios/scenario.js'
import type { Ground } from './ground.js'
import type { Visitor } from './visitor.js'
import { drawFrom, drawLines } from './wants.js'

export interface VisitOptions {
  /** The number of the visit, from 0. */
  readonly number: number
  /** When it should have begun, by the monotonic clock, where that is not left to the client. */
  readonly dueMs?: number
}

/** A visit under way. */
interface Visit {
  readonly ground: Ground
  readonly visitor: Visitor
  readonly number: number
  /** Of the first request; undefined from then on. */
  dueMs: number | undefined
  /** The first pool of the last look that had something left. */
  firstLeft: string | undefined
  /** The reservation that a server said is the visitor's. */
  mine: Mine | undefined
}

interface Mine {
  readonly reservationId: string
  readonly lines: readonly HistoryLine[]
  /** When a hold's time is certainly up, by the monotonic clock; undefined when it is no hold. */
  endsMs: number | undefined
}

/** Added to a hold's time when it is waited for: the clocks of two machines tick differently. */
const OUTLIVE_MARGIN_MS = 50

/** @returns false when there is no point in coming again: nothing is left, or nobody is there */
export async function makeVisit(
  ground: Ground,
  visitor: Visitor,
  { number, dueMs }: VisitOptions,
): Promise<boolean> {
  const visit: Visit = { ground, visitor, number, dueMs, firstLeft: undefined, mine: undefined }
  return walk(ground.scenario.visit, visit)
}

async function walk(steps: readonly VisitStep[], visit: Visit): Promise<boolean> {
  for (const step of steps) {
    if (visit.ground.signal.aborted) return false
    if (!(await take(step, visit))) return false
  }
  return true
}

/** @returns false to end the visit, and not to come again */
async function take(step: VisitStep, visit: Visit): Promise<boolean> {
  const { ground, visitor } = visit
  switch (step.do) {
    case 'look': {
      const left = await visitor.look()
      visit.firstLeft = left?.[0]
      return visit.firstLeft !== undefined
    }
    case 'reserve':
    case 'hold':
      return begin(step, visit)
    case 'confirm':
    case 'release':
    case 'cancel':
    case 'extend':
      return goOn(step, visit)
    case 'think':
      await rest(visitor.random() * ground.race.thinkMs, ground.signal)
      return true
    case 'outlive':
      if (visit.mine?.endsMs === undefined) return true
      await rest(visit.mine.endsMs - performance.now(), ground.signal)
      return true
    case 'meet':
      await ground.pairs?.meet(visitor.client)
      return true
    case 'one of':
      return walk(drawWay(step.ways, visitor.random).steps, visit)
  }
}

type CreationStep = Extract<VisitStep, { do: 'reserve' | 'hold' }>
type NextStep = Extract<VisitStep, { do: 'confirm' | 'release' | 'cancel' | 'extend' }>

async function begin(step: CreationStep, visit: Visit): Promise<boolean> {
  const { ground, visitor, number, firstLeft } = visit
  const { poolIds, tally } = ground
  const { random } = visitor
  const lines = drawLines(step.wants, { poolIds, firstLeft, visit: number, random })
  if (lines.length === 0) return true
  const seconds = step.do === 'hold' ? drawFrom(step.seconds, random) : undefined
  const wanted = { kind: step.do, lines, ...(seconds === undefined ? {} : { seconds }) }
  const answer = await visitor.send(wanted, visit.dueMs)
  visit.dueMs = undefined
  if (answer?.outcome !== 'ok' || answer.reservationId === undefined) return answer !== undefined
  tally.moved(lines, 1)
  visit.mine = { reservationId: answer.reservationId, lines, endsMs: endOf(seconds) }
  return true
}

async function goOn(step: NextStep, visit: Visit): Promise<boolean> {
  const { mine, visitor, ground } = visit
  if (mine === undefined) return true
  const seconds = step.do === 'extend' ? drawFrom(step.seconds, visitor.random) : undefined
  const click = () =>
    visitor.send({
      kind: step.do,
      reservationId: mine.reservationId,
      ...(seconds === undefined ? {} : { seconds }),
    })
  const clicks = 'twice' in step && step.twice ? [click(), click()] : [click()]
  const answer = (await Promise.all(clicks)).at(-1)
  if (answer?.outcome === 'ok' && seconds !== undefined) mine.endsMs = endOf(seconds)
  const gone = answer?.outcome === 'ok' && (step.do === 'release' || step.do === 'cancel')
  if (gone || answer?.code === 'hold_expired') {
    ground.tally.moved(mine.lines, -1)
    visit.mine = undefined
  }
  return answer !== undefined
}

function endOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : performance.now() + seconds * 1000 + OUTLIVE_MARGIN_MS
}

/** Ends early when the race does. */
async function rest(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal }).catch(() => {})
}

function drawWay(ways: readonly Way[], random: () => number): Way {
  let left = random() * ways.reduce((sum, way) => sum + way.weight, 0)
  for (const way of ways) {
    left -= way.weight
    if (left < 0) return way
  }
  return { weight: 0, steps: [] }
}
