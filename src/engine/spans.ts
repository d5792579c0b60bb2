/**
 * What a trace shows of the engine: command, batch, transaction, statement. Attributes are ids and
 * codes of ours and numbers; never a value of a statement, a key, or anything of a customer's.
 *
 * Names of attributes that are not ours are OpenTelemetry's semantic conventions for databases.
 */
import { isFault } from '../domain/errors.js'
import { isUuid } from '../domain/ids.js'
import type { Outcome } from '../domain/reservation/outcome.js'
import type { Database, Tx } from '../storage/driver/database.js'
import type { Joined } from '../storage/driver/joined.js'
import { sqlstateOf } from '../storage/driver/sqlstate.js'
import { nameOf } from '../storage/driver/statement.js'
import type { SpanReference, TraceSpan, Tracing } from './tracing.js'

type Answer = Outcome & { readonly replayed: boolean; readonly attempts: number }

/**
 * The same commands, each in a span `holdfast.<kind>`. A refusal is an answer and no error: the span
 * has its code.
 */
export function withCommandSpans<
  Request extends { readonly kind: string },
  Rest extends readonly unknown[],
  Result extends Answer,
>(
  perform: (listingId: string, request: Request, ...rest: Rest) => Promise<Result>,
  strategyName: string,
  tracing: Tracing | undefined,
): (listingId: string, request: Request, ...rest: Rest) => Promise<Result> {
  if (tracing === undefined) return perform
  return (listingId, request, ...rest) => {
    const attributes = {
      'holdfast.command': request.kind,
      'holdfast.strategy': strategyName,
      // What is no id will be refused, and may be anything.
      ...(isUuid(listingId) ? { 'holdfast.listing.id': listingId.toLowerCase() } : {}),
    }
    return tracing.span(`holdfast.${request.kind}`, attributes, async (span) => {
      const result = await perform(listingId, request, ...rest)
      span.set({ 'holdfast.attempts': result.attempts, 'holdfast.replayed': result.replayed })
      if (result.kind === 'refused') span.set({ 'holdfast.refusal.code': result.refusal.code })
      return result
    })
  }
}

export interface BatchFacts {
  readonly listingId: string
  readonly strategyName: string
  /** Of each command, the span that it waits in. */
  readonly commands: readonly (SpanReference | undefined)[]
}

/** Runs a batch in a span `holdfast.batch`, linked to the spans of its commands and they to it. */
export function inBatchSpan(
  tracing: Tracing,
  { listingId, strategyName, commands }: BatchFacts,
  work: () => Promise<void>,
): Promise<void> {
  const attributes = {
    'holdfast.batch.size': commands.length,
    'holdfast.listing.id': listingId,
    'holdfast.strategy': strategyName,
  }
  const causes = commands.filter((each) => each !== undefined)
  return tracing.span('holdfast.batch', attributes, work, { causes })
}

/**
 * The same database, whose transactions are spans `holdfast.transaction` with a span
 * `holdfast.statement` for each statement. A statement outside of every trace has none: nobody asked
 * for it but a timer.
 */
export function withDatabaseSpans(db: Database, tracing: Tracing | undefined): Database {
  if (tracing === undefined) return db
  return {
    ...db,
    query: <Row>(text: string, values?: readonly unknown[]) =>
      inStatementSpan(tracing, text, () => db.query<Row>(text, values)),
    transaction: (isolation, work, options) => {
      // No transaction, and no strategy that is safe: the lab's alone.
      if (isolation === 'none') return db.transaction(isolation, work, options)
      const attributes = {
        'db.system.name': 'postgresql',
        'holdfast.transaction.isolation': isolation,
      }
      return tracing.span('holdfast.transaction', attributes, async (span) => {
        let kept = false
        const traced: typeof work = async (tx) => {
          const decision = await work(withStatementSpans(tx, tracing))
          kept = decision.keep
          return decision
        }
        try {
          const value = await db.transaction(isolation, traced, options)
          span.set({ [OUTCOME]: kept ? 'committed' : 'rolled_back' })
          return value
        } catch (error) {
          span.set({ [OUTCOME]: isFault(error, 'outcome_unknown') ? 'unknown' : 'rolled_back' })
          sayStatus(span, error)
          throw error
        }
      })
    },
  }
}

const OUTCOME = 'holdfast.transaction.outcome'

/** The same unit of work in somebody else's transaction, with a span for each statement. */
export function withJoinedSpans(joined: Joined, tracing: Tracing | undefined): Joined {
  if (tracing === undefined) return joined
  return { run: (work) => joined.run((tx) => work(withStatementSpans(tx, tracing))) }
}

function withStatementSpans(tx: Tx, tracing: Tracing): Tx {
  const query = <Row>(text: string, values?: readonly unknown[]) => {
    const rows = inStatementSpan(tracing, text, () => tx.query<Row>(text, values))
    // As the driver's own: whoever awaits it later is told, or a failure elsewhere tells.
    rows.catch(() => {})
    return rows
  }
  return {
    query,
    // Only a query tells when it was answered. A failure dooms the COMMIT in either case.
    send: (text, values) => void query(text, values),
  }
}

function inStatementSpan<Rows>(
  tracing: Tracing,
  text: string,
  work: () => Promise<Rows>,
): Promise<Rows> {
  if (tracing.active() === undefined) return work()
  const name = nameOf(text)
  const summary = name === '' ? {} : { 'db.query.summary': name }
  const attributes = { 'db.system.name': 'postgresql', ...summary }
  const noted = async (span: TraceSpan) => {
    try {
      return await work()
    } catch (error) {
      sayStatus(span, error)
      throw error
    }
  }
  return tracing.span('holdfast.statement', attributes, noted, { client: true })
}

function sayStatus(span: TraceSpan, error: unknown): void {
  const sqlstate = sqlstateOf(error)
  if (sqlstate !== undefined) span.set({ 'db.response.status_code': sqlstate })
}
