import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  isBusy,
  isConflict,
  isConnectionLoss,
  sqlstateOf,
} from '../../../src/storage/driver/sqlstate.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'

const told = (code: string) => Object.assign(new Error('the server said so'), { code })

describe('what an SQLSTATE means', () => {
  test.each(['40001', '40P01'])('%s: somebody else was faster, start again', (code) => {
    expect([isConflict(told(code)), isConnectionLoss(told(code)), isBusy(told(code))]).toEqual([
      true,
      false,
      false,
    ])
  })

  test.each(['57P01', '57P02', '57P03', '57P05', '25P03', '25P04', '08006', '08P01'])(
    '%s: the connection is gone',
    (code) => {
      expect([isConflict(told(code)), isConnectionLoss(told(code)), isBusy(told(code))]).toEqual([
        false,
        true,
        false,
      ])
    },
  )

  test.each(['55P03', '57014', '53300'])('%s: the database is busy', (code) => {
    expect([isConflict(told(code)), isConnectionLoss(told(code)), isBusy(told(code))]).toEqual([
      false,
      false,
      true,
    ])
  })

  // A broken rule stays broken, however often it is tried again.
  test.each(['23514', '23505', '23P01', '22P02', '42P01', '25P02', 'XX000'])(
    '%s: a fault of the statement, nothing to try again',
    (code) => {
      expect([isConflict(told(code)), isConnectionLoss(told(code)), isBusy(told(code))]).toEqual([
        false,
        false,
        false,
      ])
    },
  )

  test('is read from the server’s errors only: not from a socket’s code, not from other values', () => {
    expect(sqlstateOf(told('40001'))).toBe('40001')
    for (const strange of [told('EPIPE'), told('ECONNRESET'), told(''), new Error('x')]) {
      expect(sqlstateOf(strange)).toBeUndefined()
    }
    for (const strange of [undefined, null, '40001', 40001, { code: '40001' }]) {
      expect(sqlstateOf(strange)).toBeUndefined()
      expect(isConflict(strange) || isConnectionLoss(strange) || isBusy(strange)).toBe(false)
    }
  })

  test('a socket that nobody answers on is a lost connection', async () => {
    const socket = connect(1, '127.0.0.1')
    const [error] = await once(socket, 'error')
    expect(isConnectionLoss(error)).toBe(true)
  })
})

describe('what the driver really throws', () => {
  const held = useDatabase()

  test('is known for a lost connection when the server ends it, and whenever it is used again', async () => {
    await withClient(held.url, async (client) => {
      const first = client.query('select pg_terminate_backend(pg_backend_pid())')
      const second = client.query('select 1')
      const results = await Promise.allSettled([first, second])
      results.push(...(await Promise.allSettled([client.query('select 2')])))
      const known = results.map(
        (result) => result.status === 'rejected' && isConnectionLoss(result.reason),
      )
      expect(known, String(results)).toEqual([true, true, true])
    })
  })

  test('is known for busy when a lock is not to be had', async () => {
    await withClient(held.url, async (holder) => {
      await holder.query('begin')
      await holder.query('lock table pools')
      const waiting = withClient(held.url, async (client) => {
        await client.query(`set lock_timeout = '10ms'`)
        await client.query('select from pools')
      })
      await expect(waiting).rejects.toSatisfy(isBusy)
    })
  })
})
