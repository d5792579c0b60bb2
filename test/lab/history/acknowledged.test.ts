/** What a client was told last is not always what was done last: an answer may be found out much later. */
import { describe, expect, test } from 'vitest'
import { acknowledgedOf } from '../../../src/lab/history/acknowledged.js'
import type { OperationRecord } from '../../../src/lab/history/history.js'

const RESERVATION = 'r'

type Told = [kind: OperationRecord['kind'], key: string, outcome: OperationRecord['outcome']]

/** The states that the reservation may be in after a hold and these answers. */
function statesAfter(...answers: readonly Told[]): ReadonlySet<string> {
  const all: Told[] = [['hold', 'k0', 'ok'], ...answers]
  const operations = all.map(([kind, key, outcome], i) => ({
    type: 'operation' as const,
    client: 0,
    kind,
    key,
    outcome,
    calledNs: i,
    returnedNs: i,
    customer: 'ada',
    reservationId: RESERVATION,
  }))
  return new Set(acknowledgedOf(operations)[0]?.states)
}

describe('an answer that is found out after the race', () => {
  test('leaves a reservation cancelled that was cancelled since', () => {
    const confirm = (outcome: Told[2]): Told => ['confirm', 'k1', outcome]
    const cancel: Told = ['cancel', 'k2', 'ok']
    expect(statesAfter(confirm('unknown'), cancel, confirm('ok'))).toContain('cancelled')
  })

  test('leaves a hold confirmed that was extended before', () => {
    const extend = (outcome: Told[2]): Told => ['extend', 'k1', outcome]
    const confirm: Told = ['confirm', 'k2', 'ok']
    expect(statesAfter(extend('unknown'), confirm, extend('ok'))).toContain('confirmed')
  })

  test('counts alone where nothing else was asked since: what it says is not lost', () => {
    const confirm = (outcome: Told[2]): Told => ['confirm', 'k1', outcome]
    expect(statesAfter(confirm('unknown'))).toEqual(new Set(['held', 'expired', 'confirmed']))
    expect(statesAfter(confirm('unknown'), confirm('ok'))).toEqual(new Set(['confirmed']))
  })

  test('is no excuse for what was refused since', () => {
    const confirm = (outcome: Told[2]): Told => ['confirm', 'k1', outcome]
    const refused: Told = ['cancel', 'k2', 'refused']
    expect(statesAfter(confirm('unknown'), refused, confirm('ok'))).toEqual(new Set(['confirmed']))
  })
})
