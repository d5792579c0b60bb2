/**
 * The commands on a connection on which the application has begun a transaction: a reservation and
 * the application's own order are committed together, or not at all.
 *
 * Nothing is retried, batched or committed here. Rows are locked in the order in which every
 * transaction of the house locks them: reservations, then pools, each by id. Whoever gives several
 * commands in one transaction decides the order between them.
 */
import type pg from 'pg'
import { HoldfastError } from '../domain/errors.js'
import { BY_SYSTEM } from '../domain/journal.js'
import {
  acknowledge,
  commit,
  type Isolation,
  rollback,
  type Tx,
} from '../storage/driver/database.js'
import { type Joined, joinTransaction } from '../storage/driver/joined.js'
import { sqlstateOf } from '../storage/driver/sqlstate.js'
import { findOverdueOnPools } from '../storage/tables/reservations.js'
import { STRATEGIES } from '../strategies/registry.js'
import type { Strategy } from '../strategies/strategy.js'
import { commandsOf, type Perform } from './commands.js'
import { byWhom, type CommandResult, type Engine } from './engine.js'
import { faultOf } from './faults.js'
import type { ReservationVerbs } from './groups.js'
import { isResolved, resolveLines } from './lines/resolve.js'
import { verbsOf } from './make-groups.js'
import { checkIds, isPersonal, normalized, pinOf } from './requests.js'
import { isPassing } from './retry.js'
import { withCommandSpans, withJoinedSpans } from './spans.js'
import type { Tracing } from './tracing.js'
import { execute } from './transaction/execute.js'
import type { KeyedCommand } from './transaction/keyed-command.js'
import { restsOnCommit } from './transaction/runner.js'

export interface HoldfastWithin {
  /**
   * Every method answers with a definite yes or no, which holds if the application commits.
   *
   * @throws HoldfastError `contention` when another transaction was faster: roll back and begin
   * again; `invalid_input` when no transaction was begun, or it has not the isolation that the
   * strategy needs; otherwise as outside of a transaction
   */
  readonly reservations: ReservationVerbs
}

export interface WithinOptions {
  readonly engine: Pick<Engine, 'places' | 'hashSecret'>
  readonly strategy: Strategy
  readonly prepared: boolean
  /** Where Holdfast's tables are; default `holdfast`. */
  readonly schema: string | undefined
  readonly tracing: Tracing | undefined
  /** Who a command is by unless its options say so. */
  readonly actor: string
}

/** How often overdue holds are tidied away for one command. */
const RECLAIMS_MAX = 5
const RECLAIM_BATCH = 50
const NO_ACTIVE_TRANSACTION = '25P01'

export function within(client: pg.ClientBase, options: WithinOptions): HoldfastWithin {
  const { tracing } = options
  const { places, hashSecret } = options.engine
  const joined = withJoinedSpans(joinTransaction(client, options), tracing)
  const strategy = takenAlone(options.strategy)
  let checked: Promise<void> | undefined
  // Commands that are given at the same time still share one connection: one after the other.
  let before: Promise<unknown> = Promise.resolve()

  const perform: Perform = (listingId, request, given = {}) => {
    const run = async () => {
      checked ??= checkIsolation(joined, strategy)
      await checked
      const normal = normalized(request)
      const isHashed = given.key !== undefined && isPersonal(normal)
      const secret = isHashed ? await hashSecret() : undefined
      const pin = pinOf(normal, given.key, given.caller, secret)
      const by = byWhom(normal, given, options.actor)
      return joined.run(async (tx) => {
        // What fails in this transaction fails for it alone.
        const looking = { db: tx, bounds: ONCE, places: { ...places, together: places.of } }
        const command = isResolved(looking, listing, normal)
          ? normal
          : { ...normal, ...(await resolveLines(looking, listing, normal)) }
        const result = await decide(tx, listing, { command, pin, by }, { ...options, strategy })
        if (result.kept) return commit(result.answer)
        return result.rests ? acknowledge(result.answer) : rollback(result.answer)
      })
    }
    checkIds(listingId, request.reservationId)
    const listing = listingId.toLowerCase()
    const answer = before.then(run).catch((error: unknown) => {
      throw faultWithin(error)
    })
    before = answer.catch(() => {})
    return answer
  }

  const performAsync: Perform = async (...args) => perform(...args)
  const query: Tx['query'] = (text, values) =>
    joined.run(async (tx) => commit(await tx.query(text, values))) as never
  return {
    reservations: verbsOf(
      { query },
      commandsOf(withCommandSpans(performAsync, strategy.name, tracing)),
    ),
  }
}

/** Looking up times and stays inside a transaction cannot be tried again. */
const ONCE = { attemptsMax: 1, pauseMs: 0, pauseMsMax: 0, random: () => 0, resolveUnknown: false }

/** What a strategy that batches does for one command: `batched` is `pessimistic` for many. */
function takenAlone(strategy: Strategy): Strategy {
  return strategy.name === 'batched' ? STRATEGIES.pessimistic : strategy
}

interface Decided {
  readonly answer: CommandResult
  /** False: nothing was written, or nothing that matters. */
  readonly kept: boolean
  /** True when the answer rests on what others have committed. */
  readonly rests: boolean
}

async function decide(
  tx: Tx,
  listingId: string,
  keyed: KeyedCommand,
  { strategy, engine }: WithinOptions,
): Promise<Decided> {
  const options = { strategy, places: engine.places }
  for (let reclaims = 0; reclaims <= RECLAIMS_MAX; reclaims += 1) {
    const execution = await execute(tx, listingId, [keyed], options)
    if (execution.kind !== 'executed') throw fasterFault()
    const [result] = execution.results
    if (result === undefined) throw new Error('a command has a result')
    if (result.kind === 'answer') {
      const { kind: _, outcome, ...shown } = result
      const answer = { ...outcome, ...shown, attempts: 1 }
      return { answer, kept: execution.wrote, rests: restsOnCommit(result) }
    }
    const overdue = await findOverdueOnPools(tx, listingId, result.poolIds, RECLAIM_BATCH)
    for (const reservationId of overdue) {
      const command = { kind: 'expire', reservationId } as const
      const expiry = { command, pin: undefined, by: BY_SYSTEM }
      const { kind } = await execute(tx, listingId, [expiry], options)
      if (kind !== 'executed') throw fasterFault()
    }
  }
  throw fasterFault()
}

const NEEDED: Readonly<Record<string, readonly Isolation[]>> = {
  // It locks the rows while it looks at them: a stronger isolation then fails instead of misleading.
  pessimistic: ['read committed', 'repeatable read', 'serializable'],
}

async function checkIsolation(joined: Joined, strategy: Strategy): Promise<void> {
  const isolation = await joined.run(async (tx) => {
    const [row] = await tx.query<{ isolation: Isolation }>(
      `select current_setting('transaction_isolation') as isolation`,
    )
    return commit(row?.isolation ?? 'none')
  })
  const needed = NEEDED[strategy.name] ?? [strategy.isolation]
  if (needed.includes(isolation)) return
  throw new HoldfastError(
    'invalid_input',
    `${strategy.name} needs a transaction at ${needed.join(' or ')}, and this one is at ${isolation}`,
  )
}

function faultWithin(error: unknown): unknown {
  if (sqlstateOf(error) === NO_ACTIVE_TRANSACTION) {
    return new HoldfastError(
      'invalid_input',
      'the connection has no transaction: send `begin` before calling `within`',
      { cause: error },
    )
  }
  if (!(error instanceof HoldfastError) && isPassing(error, false)) return fasterFault(error)
  return faultOf(error) ?? error
}

function fasterFault(cause?: unknown): HoldfastError {
  return new HoldfastError(
    'contention',
    'another transaction was faster: roll this one back and begin again',
    { cause },
  )
}
