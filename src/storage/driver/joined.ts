/**
 * A part of a transaction that an application began and will end: what Holdfast does for it between two
 * statements of the application's own.
 */
import type pg from 'pg'
import { DEFAULT_SCHEMA } from '../../domain/schema-name.js'
import type { Decision, Tx } from './database.js'
import { markForStandbys } from './guarantees/standbys.js'
import { ask, nothing, openPipeline, quietly } from './pipeline.js'
import { sql, statementsIn } from './statement.js'

const SAVEPOINT = sql('joined.savepoint')`savepoint holdfast`

/** The nulls in an array are nulls for as long as we are at it. */
const SETTLE = sql('joined.settle')`
  select current_setting('array_nulls') as before,
         set_config('array_nulls', 'on', true)`

/** A unit of work inside a transaction that somebody else began and will end. */
export interface Joined {
  /**
   * Runs `work`; unless it is kept, whatever it wrote is undone and its locks are let go of.
   *
   * @throws the driver's own error; what `work` wrote is undone, but a transaction that met a
   * serialization failure or a deadlock has to be rolled back by whoever began it
   */
  run<Value>(work: (tx: Tx) => Promise<Decision<Value>>): Promise<Value>
}

/**
 * Statements on a connection on which an application has begun a transaction: inside savepoints, so
 * that nothing here begins, commits or ends anything of the application's.
 *
 * @param options `prepared`: named prepared statements; false behind PgBouncer before 1.21. `schema`: where
 * Holdfast's tables are; default `holdfast`
 */
export function joinTransaction(
  client: pg.ClientBase,
  { prepared, schema = DEFAULT_SCHEMA }: { prepared: boolean; schema?: string | undefined },
): Joined {
  const sendable = statementsIn(schema)
  return {
    async run(work) {
      const pipeline = openPipeline(client, { prepared, sendable })
      let failure: unknown
      const note = (error: Error) => {
        failure ??= error
      }
      const send: Tx['send'] = (text, values = []) => {
        pipeline.issue({ text, values, hasRows: false, answered: nothing, failed: note })
      }
      const tx: Tx = {
        send,
        query: (text, values = []) => quietly(ask(pipeline, text, values, note)),
      }
      const undo = async () => {
        await pipeline.settled()
        await client.query('rollback to savepoint holdfast')
        await client.query('release savepoint holdfast')
      }
      send(SAVEPOINT)
      const settled = quietly(ask<{ before: string }>(pipeline, SETTLE, [], note))
      let decision: Awaited<ReturnType<typeof work>>
      let keep: boolean
      let arrayNulls: string | undefined
      try {
        decision = await work(tx)
        const marked = decision.acknowledges === true && (await markForStandbys(tx))
        keep = marked || decision.keep
        await pipeline.settled()
        if (failure !== undefined) throw failure
        arrayNulls = (await settled)[0]?.before
      } catch (error) {
        await undo().catch(() => {})
        throw failure ?? error
      }
      if (!keep) {
        await undo()
        return decision.value
      }
      if (arrayNulls === 'off') await client.query(`select set_config('array_nulls', 'off', true)`)
      await client.query('release savepoint holdfast')
      return decision.value
    },
  }
}
