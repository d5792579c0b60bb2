/** What a COMMIT came to: a yes, a no, or nobody knows. */
import type pg from 'pg'
import { HoldfastError } from '../../domain/errors.js'
import { isShardUncommitted, refusalOf, type Warning } from './distributed/shard-commit.js'
import { isUnconfirmed, type Notice } from './guarantees/standbys.js'
import type { Pipeline } from './pipeline.js'
import { isConnectionLoss, isInDoubt, isUnsent } from './sqlstate.js'
import { sql } from './statement.js'
import type { StatementAnswer } from './statement-group.js'

const COMMIT = sql('commit.commit')`commit`

interface CommitOptions {
  readonly commitTimeoutMs: number
  readonly reach: (point: 'commit-sent') => void
}

/**
 * Sends COMMIT behind everything that was issued, and resolves when it is kept for good.
 *
 * @throws HoldfastError `outcome_unknown` when nobody can say, `database_unavailable` when the server
 * has rolled back instead
 */
export async function commitAfter(
  client: pg.PoolClient,
  pipeline: Pipeline,
  { commitTimeoutMs, reach }: CommitOptions,
): Promise<void> {
  const command = await confirmed(client, async () => {
    const answer = new Promise<StatementAnswer>((answered, failed) => {
      const statement = { text: COMMIT, values: [], hasRows: false, answered, failed }
      pipeline.issue(statement, commitTimeoutMs)
    })
    pipeline.flush()
    reach('commit-sent')
    return (await answer).command
  })
  // A server answers COMMIT with ROLLBACK when a statement before it had failed.
  if (command !== 'COMMIT') {
    throw new HoldfastError('database_unavailable', `COMMIT was answered with ${command}`)
  }
}

const WRITES = /^(insert|update|delete)\b|\b(insert into|delete from)\b/

/** True for a statement that the server commits by itself when it runs outside of a transaction. */
export function writes(statement: string): boolean {
  return WRITES.test(statement)
}

/**
 * Runs what ends in a COMMIT.
 *
 * @throws HoldfastError `outcome_unknown` when the answer is lost, no standby has confirmed it, or a node
 * of a distributed PostgreSQL has not
 */
export async function confirmed<Value>(
  client: pg.PoolClient,
  run: () => Promise<Value>,
): Promise<Value> {
  let doubt: string | undefined
  const warnings: Warning[] = []
  const onNotice = (notice: Notice & Warning) => {
    warnings.push(notice)
    if (isUnconfirmed(notice)) doubt = notice.message ?? 'no standby has confirmed'
  }
  client.on('notice', onNotice as () => void)
  let value: Value
  try {
    value = await run()
  } catch (error) {
    if (isShardUncommitted(error)) {
      throw refusalOf(warnings, error) ?? unknown('a node has not confirmed its COMMIT', error)
    }
    if (isUnsent(error) || !(isConnectionLoss(error) || isInDoubt(error))) throw error
    throw unknown('the connection to the database was lost before COMMIT was answered', error)
  } finally {
    client.off('notice', onNotice as () => void)
  }
  // Committed on the primary, and perhaps nowhere else.
  if (doubt !== undefined) throw unknown(doubt)
  return value
}

function unknown(message: string, cause?: unknown): HoldfastError {
  return new HoldfastError('outcome_unknown', message, { cause })
}
