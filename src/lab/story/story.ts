/**
 * An anomaly as a story: who asked for what, who read which version, who wrote over whom, who was told
 * what. What the history proves is told as it is; where the ledger leaves a moment open, the story
 * puts it where the versions allow it.
 */
import type { Ledger, PoolLedger } from '../checker/exact/ledger.js'
import { timelineOf } from '../checker/exact/timeline.js'
import { ANOMALIES, type Anomaly, type AnomalyName, type Judgement } from '../checker/judgement.js'
import type { OperationRecord } from '../history/history.js'
import type { ForcedMeeting } from '../replay/meeting.js'
import { plural } from '../words.js'
import { type Telling, tellingOf } from './telling.js'

export interface Story {
  readonly name: AnomalyName
  /** How often it was found. */
  readonly count: number
  readonly means: string
  /** What a judge says of the one that is told. */
  readonly sentence: string
  readonly requests: readonly StoryRequest[]
  readonly folded: readonly StoryRequest[]
  readonly facts: readonly string[]
  readonly steps: readonly StoryStep[]
  /** What can be repeated by force; undefined when it takes more than two requests for one pool. */
  readonly meeting?: ForcedMeeting
}

/** A request with its answer; times are milliseconds since the first one of the story. */
export interface StoryRequest {
  readonly client: number
  readonly request: string
  readonly answer: string
  readonly outcome: OperationRecord['outcome']
  readonly fromMs: number
  /** Null when no answer came. */
  readonly toMs: number | null
}

export interface StoryStep {
  /** Which of the story's requests. */
  readonly request: number
  readonly kind: 'asks' | 'reads' | 'writes' | 'answer'
  /** Without the name of who does it. */
  readonly does: string
  readonly atMs: number
  /** False where the moment is only known to lie between the call and the answer. */
  readonly exact: boolean
}

/** One story for each kind of anomaly, in the order of the judgement. */
export function storiesOf(ledger: Ledger, judgement: Judgement): Story[] {
  const names = Object.keys(judgement.counts) as AnomalyName[]
  return names.flatMap((name) => {
    const anomaly = judgement.anomalies.find((each) => each.name === name)
    return anomaly === undefined ? [] : [storyOf(ledger, anomaly, judgement.counts[name] ?? 1)]
  })
}

function storyOf(ledger: Ledger, anomaly: Anomaly, count: number): Story {
  const { name, sentence, witness } = anomaly
  const telling = tellingOf(witness)
  const first = Math.min(...telling.told.map(({ calledNs }) => calledNs))
  const shown = (operations: readonly OperationRecord[]) =>
    timelineOf({ ...witness, operations }).bars.map((bar) => ({
      client: bar.client,
      request: bar.request,
      answer: bar.answer,
      outcome: bar.outcome,
      fromMs: msBetween(first, bar.fromNs),
      toMs: bar.toNs === null ? null : msBetween(first, bar.toNs),
    }))
  const pool = ledger.pools.find(({ poolId }) => poolId === anomaly.poolId)
  const takes = pool === undefined ? [] : takesOf(pool, telling).sort(byVersion)
  const meeting = meetingOf(takes)
  return {
    name,
    count,
    means: ANOMALIES[name],
    sentence,
    requests: shown(telling.told),
    folded: shown(telling.folded),
    facts: timelineOf(witness).facts,
    steps: stepsOf(telling.told, takes, first, pool?.name ?? ''),
    ...(meeting === undefined ? {} : { meeting }),
  }
}

/** A request of the story that took units of its pool. */
interface Take {
  readonly index: number
  readonly operation: OperationRecord
  readonly version: number
  readonly units: number
  /** The version on which it must have been decided; undefined when any will do. */
  readonly saw: number | undefined
  /** Units that were free there, where the versions tell. */
  readonly free: number | undefined
}

function takesOf(pool: PoolLedger, { told }: Telling): Take[] {
  const versions = pool.steps.map(({ version }) => version)
  const collided = new Set(versions).size < versions.length
  return told.flatMap((operation, index): Take[] => {
    const at = pool.steps.findIndex(
      (step) => step.delta > 0 && step.reservationId === operation.reservationId,
    )
    const step = pool.steps[at]
    if (step === undefined || operation.reservationId === undefined) return []
    const { version, delta: units } = step
    // A version that two takes have is one more than the version that both of them read.
    if (collided) return [{ index, operation, version, units, saw: version - 1, free: undefined }]
    return [{ index, operation, version, units, ...lastFitting(pool, at, units) }]
  })
}

function byVersion(one: Take, other: Take): number {
  return one.version - other.version
}

/** The last version before step `at` on which so many units were free. */
function lastFitting(pool: PoolLedger, at: number, units: number): Pick<Take, 'saw' | 'free'> {
  let found = { saw: 0, free: pool.capacity }
  let [taken, capacity] = [0, pool.capacity]
  for (const step of pool.steps.slice(0, at)) {
    taken += step.delta
    capacity = step.capacity ?? capacity
    if (capacity - taken >= units) found = { saw: step.version, free: capacity - taken }
  }
  return found
}

/** The last two requests for the pool, for as many units as there were, and too few for both. */
function meetingOf(takes: readonly Take[]): ForcedMeeting | undefined {
  const [one, other] = takes.slice(-2)
  if (one === undefined || other === undefined) return undefined
  const enoughForOne = Math.max(one.units, other.units)
  const left = Math.min(Math.max(other.free ?? 0, enoughForOne), one.units + other.units - 1)
  const callerOf = ({ operation, units }: Take) => ({
    name: `client ${operation.client}`,
    quantity: units,
  })
  return { callers: [callerOf(one), callerOf(other)], left }
}

function stepsOf(
  told: readonly OperationRecord[],
  takes: readonly Take[],
  firstNs: number,
  poolName: string,
): StoryStep[] {
  const steps = told.flatMap((operation, request): StoryStep[] => [
    {
      request,
      kind: 'asks',
      does: timelineRequest(operation, poolName),
      atMs: msBetween(firstNs, operation.calledNs),
      exact: true,
    },
    ...(operation.returnedNs === null
      ? []
      : [
          {
            request,
            kind: 'answer' as const,
            does: answerOf(operation),
            atMs: msBetween(firstNs, operation.returnedNs),
            exact: true,
          },
        ]),
  ])
  steps.push(...takes.flatMap((take) => decisionOf(take, takes, firstNs, poolName)))
  return steps.sort((a, b) => a.atMs - b.atMs || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
}

/** When a take's request read and wrote: it read before whatever it did not see was written. */
function decisionOf(
  take: Take,
  takes: readonly Take[],
  firstNs: number,
  poolName: string,
): StoryStep[] {
  const { index: request, operation, version, saw } = take
  const writeMs = wroteBy(take, takes, firstNs)
  const isBefore = (other: Take) => takes.indexOf(other) < takes.indexOf(take)
  const unseen = takes.filter((other) => {
    return other !== take && saw !== undefined && other.version > saw && other.version <= version
  })
  const calledMs = msBetween(firstNs, operation.calledNs)
  const boundMs = Math.min(writeMs, ...unseen.map((other) => wroteBy(other, takes, firstNs)))
  const over = unseen.filter(isBefore).map((other) => `client ${other.operation.client}`)
  const overWords = `, over ${over.join(' and ')}: it never saw that`
  const write: StoryStep = {
    request,
    kind: 'writes',
    does: `writes version ${version} of ${poolName}${over.length === 0 ? '' : overWords}`,
    atMs: writeMs,
    exact: false,
  }
  if (saw === undefined) return [write]
  const readMs = Math.max(calledMs, (calledMs + boundMs) / 2)
  const does = `reads version ${saw} of ${poolName}`
  return [{ request, kind: 'reads', does, atMs: readMs, exact: false }, write]
}

/** At the latest when it was answered, and before the write of whoever came behind it. */
function wroteBy(take: Take, takes: readonly Take[], firstNs: number): number {
  const behind = takes.slice(takes.indexOf(take))
  const answeredNs = behind.map(({ operation }) => operation.returnedNs ?? Number.POSITIVE_INFINITY)
  const latestNs = Math.min(...answeredNs)
  return msBetween(firstNs, Number.isFinite(latestNs) ? latestNs : take.operation.calledNs)
}

const ORDER = ['asks', 'reads', 'writes', 'answer'] as const

function timelineRequest({ kind, lines = [] }: OperationRecord, poolName: string): string {
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  if (units === 0) return `asks to ${kind}`
  return `asks to ${kind} ${plural(units, 'unit')}${poolName === '' ? '' : ` of ${poolName}`}`
}

function answerOf({ outcome, code }: OperationRecord): string {
  if (outcome === 'ok') return 'is told yes'
  if (outcome === 'refused') return `is told no: ${code ?? 'refused'}`
  return outcome === 'conflict' ? 'is told to try again' : 'gets no definite answer'
}

function msBetween(fromNs: number, toNs: number): number {
  return (toNs - fromNs) / 1e6
}
