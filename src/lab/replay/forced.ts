/**
 * Two requests for the last units, step by step in one order, under any contestant: what luck did in
 * a race is repeated by force, and every statement is written down with what the database answered.
 */
import { HoldfastError } from '../../domain/errors.js'
import { newId } from '../../domain/ids.js'
import type { Database } from '../../storage/driver/database.js'
import { nameOf } from '../../storage/driver/statement.js'
import { putOnSale } from '../database/put-on-sale.js'
import { CONTESTANTS, createContestant } from '../race/contestants.js'
import type { ContestantName } from '../race/race.js'
import {
  type InterleavingObserver,
  interleave,
  NOT_FOUGHT_OVER,
  type Turn,
} from './interleaving.js'
import type { ForcedMeeting } from './meeting.js'
import {
  type ForcedStatement,
  type Ran,
  sentenceOf,
  statementOf,
  versionSeenBy,
} from './sentences.js'

export interface ForcedReplay extends ForcedMeeting {
  readonly strategy: ContestantName
  readonly idea: string
  readonly safe: boolean
  readonly steps: readonly ForcedStep[]
  /** What each caller was told: `ok`, or the code of a refusal or a fault. */
  readonly answers: readonly [string, string]
  /** The sum of the reservations' lines in the end. */
  readonly sold: number
}

export interface ForcedStep {
  readonly who: 0 | 1
  /** What happens, without the name of who does it: `reads version 0: …`. */
  readonly does: string
  readonly waits: boolean
  readonly statements: readonly ForcedStatement[]
  /** What others can see once the step is over. */
  readonly pool: SeenPool
}

export interface SeenPool {
  readonly taken: number
  readonly version: number
  /** The sum of the reservations' lines. */
  readonly sold: number
}

/** Turns for each caller, one after the other: more steps than any contestant has. */
const TURNS = 12

const SELECT_POOL = `
  select pools.taken, pools.version,
         (select coalesce(sum(lines.quantity), 0)::integer
          from reservation_lines as lines
          where lines.listing_id = pools.listing_id
            and lines.pool_id = pools.pool_id
            and lines.given_back_version is null) as sold
  from pools
  where pools.listing_id = $1
    and pools.pool_id = $2`

/**
 * Repeats a meeting: one caller does a step, then the other, and so on.
 *
 * @param db the lab's own database, with four connections or more
 */
export async function replayByForce(
  db: Database,
  strategy: ContestantName,
  meeting: ForcedMeeting,
): Promise<ForcedReplay> {
  const { callers, left } = meeting
  const contestant = CONTESTANTS[strategy]
  const [listingId, resourceId, poolId] = [newId(), newId(), newId()]
  await putOnSale(db, {
    listingId,
    name: 'A replay',
    resources: [{ resourceId, name: 'Pool', pools: [{ poolId, capacity: left }] }],
  })
  const look = async (): Promise<SeenPool> => {
    const [row] = await db.query<SeenPool>(SELECT_POOL, [listingId, poolId])
    return row ?? { taken: 0, version: 0, sold: 0 }
  }
  const recording = record(look, callers)
  const order = Array.from({ length: 2 * TURNS }, (_, i): Turn => (i % 2 === 0 ? 'a' : 'b'))
  const came = await interleave(
    db,
    order,
    (face, who) => {
      const { name, quantity } = callers[INDEX[who]]
      return createContestant(contestant, face).reserve(listingId, {
        customer: name,
        lines: [{ poolId, quantity }],
      })
    },
    recording,
  )
  await recording.stepped()
  const [first, second] = came.map((each) => {
    if (each.status === 'rejected') return faultOf(each.reason)
    return each.value.kind === 'done' ? 'ok' : each.value.refusal.code
  })
  return {
    ...meeting,
    strategy,
    idea: contestant.idea,
    safe: contestant.safe,
    steps: recording.steps,
    answers: [first ?? '', second ?? ''],
    sold: (await look()).sold,
  }
}

const INDEX = { a: 0, b: 1 } as const

function faultOf(reason: unknown): string {
  if (reason instanceof HoldfastError) return reason.code
  throw reason
}

type Recording = Required<InterleavingObserver> & { readonly steps: readonly ForcedStep[] }

/** Puts together what one caller did in one turn, and looks at the pool behind each turn. */
function record(look: () => Promise<SeenPool>, callers: ForcedMeeting['callers']): Recording {
  const steps: ForcedStep[] = []
  let open: { readonly who: Turn; readonly ran: Ran[] } | undefined
  let fresh: Omit<ForcedStep, 'pool'>[] = []
  const seen = new Map<Turn, number>()
  const close = () => {
    if (open === undefined) return
    const { who, ran } = open
    open = undefined
    const index = INDEX[who]
    const does = sentenceOf(ran, {
      quantity: callers[index].quantity,
      saw: seen.get(who),
      version: steps.at(-1)?.pool.version ?? 0,
    })
    const version = versionSeenBy(ran)
    if (version !== undefined) seen.set(who, version)
    if (does === undefined) return
    fresh.push({ who: index, does, waits: false, statements: ran.map(statementOf) })
  }
  const note = (who: Turn, does: string, waits: boolean) => {
    close()
    fresh.push({ who: INDEX[who], does, waits, statements: [] })
  }
  return {
    steps,
    ran(who, statement, values, answer) {
      if (NOT_FOUGHT_OVER.has(nameOf(statement))) return
      if (open?.who !== who) close()
      open ??= { who, ran: [] }
      open.ran.push({ statement, values, answer })
    },
    waits: (who) => note(who, 'has to wait: the other one holds a lock', true),
    ends: (who, keep) => note(who, keep ? 'commits' : 'rolls back: nothing is written', false),
    async stepped() {
      close()
      if (fresh.length === 0) return
      const pool = await look()
      steps.push(...fresh.map((step) => ({ ...step, pool })))
      fresh = []
    },
  }
}
