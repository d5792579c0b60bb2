/** Makes one visit: does what a scenario's steps say, once through. */
import { setTimeout as pause } from 'node:timers/promises'
import type { ClientUnits } from '../race/tally.js'
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

interface Mine extends ClientUnits {
  readonly reservationId: string
  certainUntilMs: number | undefined
  /** When a hold's time is certainly up, by the monotonic clock; undefined when it is no hold. */
  endsMs: number | undefined
}

/** The clocks of two machines tick differently: a hold lasts that much longer, or shorter. */
const CLOCK_MARGIN_MS = 50

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
  const sentMs = performance.now()
  const answer = await visitor.send(wanted, visit.dueMs)
  visit.dueMs = undefined
  if (answer?.outcome !== 'ok' || answer.reservationId === undefined) return answer !== undefined
  const { reservationId } = answer
  visit.mine = { reservationId, lines, ...holdTimes(sentMs, seconds) }
  tally.took(visit.mine)
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
  const givesBack = step.do === 'release' || step.do === 'cancel'
  // Whatever becomes of the answer, from now on somebody else may have them.
  if (givesBack) ground.tally.gave(mine)
  const sentMs = performance.now()
  const clicks = 'twice' in step && step.twice ? [click(), click()] : [click()]
  const answer = (await Promise.all(clicks)).at(-1)
  const isOk = answer?.outcome === 'ok'
  if (isOk && !givesBack) {
    if (step.do === 'confirm') mine.certainUntilMs = undefined
    else Object.assign(mine, holdTimes(sentMs, seconds))
    ground.tally.took(mine)
  }
  if ((isOk && givesBack) || answer?.code === 'hold_expired') {
    ground.tally.gave(mine)
    visit.mine = undefined
  }
  return answer !== undefined
}

/** A hold's time begins between the question, at `sentMs`, and the answer, which has come now. */
function holdTimes(
  sentMs: number,
  seconds: number | undefined,
): Pick<Mine, 'certainUntilMs' | 'endsMs'> {
  if (seconds === undefined) return { certainUntilMs: undefined, endsMs: undefined }
  return {
    certainUntilMs: sentMs + seconds * 1000 - CLOCK_MARGIN_MS,
    endsMs: performance.now() + seconds * 1000 + CLOCK_MARGIN_MS,
  }
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
