import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  isBusy,
  isConflict,
  isConnectionLoss,
  isCrowded,
  isDisabled,
  isInDoubt,
  sqlstateOf,
} from '../../../src/storage/driver/sqlstate.js'
import { withClient } from '../../support/database/empty-database.js'
import { useDatabase } from '../../support/database/test-database.js'

const told = (code: string) => Object.assign(new Error('the server said so'), { code })

/** Each with what is done about it; whatever is not told here is a fault of the statement. */
const MEANINGS = {
  conflict: ['40000', '40001', '40P01', '72000'],
  loss: ['57P01', '57P02', '57P03', '57P04', '57P05', '25P03', '25P04', '08000', '08006', '08P01'],
  busy: ['55P03', '57014'],
  crowded: ['53300'],
  inDoubt: ['40003', '08007'],
  disabled: [
    ...['25006', '26000', '42501', '42P05', '53000', '53100', '53200', '53400', '55000', '55006'],
    ...['57000', '58000', '58030', 'F0000', 'XX000', 'XX001', 'XX002', '28000', '3D000'],
  ],
  // A broken rule stays broken, however often it is tried again.
  none: ['23514', '23505', '23P01', '22P02', '42P01', '42703', '25P02', '0A000', 'P0001'],
} as const

describe('what an SQLSTATE means', () => {
  test.each(Object.entries(MEANINGS))('%s', (meaning, codes) => {
    for (const code of codes) {
      const error = told(code)
      const meanings = {
        conflict: isConflict(error),
        loss: isConnectionLoss(error) && !isInDoubt(error),
        busy: isBusy(error),
        crowded: isCrowded(error),
        inDoubt: isInDoubt(error),
        disabled: isDisabled(error) && !isCrowded(error),
      }
      const found = Object.entries(meanings).flatMap(([name, is]) => (is ? [name] : []))
      expect([code, found]).toEqual([code, meaning === 'none' ? [] : [meaning]])
    }
  })

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
