/**
 * A call from its first attempt to its last: sent again, after a pause that grows and is drawn at
 * random, while that is safe, may help and the time is not up.
 */
import { type AttemptOutcome, aborted, attempt, type Declined } from './attempts.js'
import { HoldfastClientError } from './errors.js'
import type { Settings } from './options.js'
import { type Call, type Request, requestOf, strongTag } from './requests.js'
import { isRefusal, type OperationName, type Result } from './results.js'

const PAUSE_MS = 100
const PAUSE_MS_MAX = 5_000
const MS_PER_SECOND = 1_000

/** @throws HoldfastClientError */
export async function call<Name extends OperationName>(
  settings: Settings,
  name: Name,
  input: Call<Name>,
): Promise<Result<Name>> {
  const request = requestOf(name, input, settings)
  const { signal, timeoutMs = settings.timeoutMs } = input.options
  if (signal?.aborted) throw aborted(request, signal)
  const deadlineMs = performance.now() + timeoutMs
  for (let attempts = 1; ; attempts += 1) {
    const leftMs = Math.max(1, deadlineMs - performance.now())
    const outcome = await attempt(request, {
      fetch: settings.fetch,
      timeoutMs: Math.min(leftMs, settings.attemptTimeoutMs),
      signal,
    })
    const result = resultOf<Name>(outcome)
    if (result !== undefined) return result
    const waitMs = pauseMsOf(outcome, attempts, settings.random)
    const again = attempts <= settings.retries && mayRepeat(outcome, request)
    const late = performance.now() + waitMs >= deadlineMs
    if (!again || late) throw faultOf(outcome, request, again && late ? timeoutMs : undefined)
    await pause(waitMs, request, signal)
  }
}

/** Undefined for what is neither a yes nor a definite no. */
function resultOf<Name extends OperationName>(outcome: AttemptOutcome): Result<Name> | undefined {
  if (outcome.kind === 'lost') return undefined
  const { headers } = outcome
  const replayed = headers.get('idempotent-replayed') === 'true'
  const requestId = headers.get('x-request-id') ?? undefined
  if (outcome.kind === 'yes') {
    const etag = strongTag(headers.get('etag') ?? undefined)
    return { ok: true, value: outcome.value, replayed, etag, requestId } as Result<Name>
  }
  const { problem } = outcome
  if (!isRefusal(problem)) return undefined
  return { ok: false, refusal: problem, replayed, requestId } as Result<Name>
}

/**
 * What was refused without being begun may be sent again by anybody. What may have happened only if
 * twice is the same as once.
 */
function mayRepeat(outcome: AttemptOutcome, { repeatable }: Request): boolean {
  if (outcome.kind === 'lost') return outcome.again && repeatable
  if (outcome.kind === 'yes' || !outcome.problem.retryable) return false
  return repeatable || outcome.problem.code !== 'outcome_unknown'
}

/** At least as long as the server asked for. */
export function pauseMsOf(outcome: AttemptOutcome, attempts: number, random: () => number): number {
  const boundMs = Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (attempts - 1))
  return askedMs(outcome) + random() * boundMs
}

function askedMs(outcome: AttemptOutcome): number {
  if (outcome.kind === 'problem' && outcome.problem.retry_after_ms !== undefined) {
    return outcome.problem.retry_after_ms
  }
  const header = outcome.headers?.get('retry-after')
  if (header === null || header === undefined) return 0
  // Seconds, or a date.
  const ms = /^\d+$/.test(header) ? Number(header) * MS_PER_SECOND : Date.parse(header) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}

/** @param expiredMs how long the call was allowed to take, if it is for time that it ends */
function faultOf(
  outcome: AttemptOutcome,
  request: Request,
  expiredMs: number | undefined,
): HoldfastClientError {
  if (outcome.kind === 'problem') return problemFault(outcome, request)
  if (outcome.kind === 'yes') return new HoldfastClientError('unexpected_answer', 'an empty yes')
  const { error } = outcome
  if (expiredMs === undefined || error.code !== 'connection_lost') return error
  const { idempotencyKey } = request
  const details = { idempotencyKey, cause: error }
  return new HoldfastClientError('deadline_exceeded', `no answer within ${expiredMs} ms`, details)
}

export function problemFault(
  { problem, headers }: Declined,
  { idempotencyKey }: Request,
): HoldfastClientError {
  const { code, status, title, detail } = problem
  return new HoldfastClientError(code, `${title} ${detail}`, {
    status,
    problem,
    requestId: problem.request_id ?? headers.get('x-request-id') ?? undefined,
    idempotencyKey,
  })
}

/** @throws HoldfastClientError `aborted` */
export function pause(
  ms: number,
  request: Pick<Request, 'idempotencyKey'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      if (signal !== undefined) reject(aborted(request, signal))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
