/** Each anomaly by itself, as small as it comes, under its own name and with a witness. */
import { describe, expect, test } from 'vitest'
import { timelineOf } from '../../../src/lab/checker/exact/timeline.js'
import { judge } from '../../../src/lab/checker/judge.js'
import { ANOMALIES, type AnomalyName } from '../../../src/lab/checker/judgement.js'
import { CASES, ONE_SOLD } from './anomaly-cases.js'
import { HOTEL, mail, request, row, scene, step } from './scene.js'

describe.each(CASES)('$name: $what', ({ name, history, judges, requests, times = 1 }) => {
  const judgement = judge(history)
  const found = judgement.anomalies.filter((anomaly) => anomaly.name === name)

  test('is a violation under that name, seen by who can see it', () => {
    expect(judgement.verdict).toBe('violation')
    expect(judgement.counts[name]).toBe(times)
    expect(found.map(({ judge: who }) => who)).toEqual(judges)
  })

  test('has a witness with no more requests than it takes', () => {
    const [first] = found
    expect(first?.witness.operations).toHaveLength(requests)
    expect(timelineOf(first?.witness ?? history).bars).toHaveLength(requests)
    expect(first?.sentence).toMatch(/\S/)
    expect(first?.sentence).not.toMatch(/undefined|NaN|Infinity/)
  })
})

test('there is a case for every name', () => {
  const names = new Set(CASES.map((each) => each.name))
  expect([...names].sort()).toEqual(Object.keys(ANOMALIES).sort())
})

test('a mail that came twice under one id is one, and one of a hold is none too few', () => {
  const history = scene({
    ...ONE_SOLD,
    reservations: [row(1, 'confirmed'), row(2, 'expired')],
    mails: [mail(1), mail(1)],
  })
  const { counts, figures } = judge(history)
  expect(Object.keys(counts).filter((name) => name.includes('mail'))).toEqual([])
  expect(figures.mails).toBe(2)
  expect(judge(scene(ONE_SOLD)).figures).not.toHaveProperty('mails')
})

describe('a witness alone, judged again', () => {
  // A version or a row that is missing is only missing from the whole.
  const whole: readonly AnomalyName[] = [
    'counter_drift',
    'version_gap',
    'lost_acknowledgement',
    'phantom',
    'mail_without_booking',
  ]
  const alone = CASES.filter(({ name }) => !whole.includes(name))

  test.each(alone)('still shows $name: $what', ({ name, history }) => {
    for (const { witness, name: found } of judge(history).anomalies) {
      if (found === name) expect(judge(witness).counts).toHaveProperty(name)
    }
  })

  const several: readonly AnomalyName[] = [
    'double_booking',
    'lost_update',
    'write_skew',
    'stale_order',
    'double_confirmation',
  ]
  const shrunk = CASES.filter(({ name }) => several.includes(name))
  test.each(shrunk)('$name: without any one of its requests it shows nothing', (each) => {
    const [first] = judge(each.history).anomalies.filter(({ name }) => name === each.name)
    const witness = first?.witness ?? each.history
    for (const left of witness.operations) {
      const id = left.reservationId
      const rest = {
        ...witness,
        operations: witness.operations.filter((one) => one !== left),
        movements: witness.movements.filter((one) => one.reservationId !== id),
        reservations: witness.reservations.filter((one) => one.reservationId !== id),
      }
      expect(judge(rest).counts).not.toHaveProperty(each.name)
    }
  })

  test('of a hotel sold far beyond what it has, shows no more guests than it takes', () => {
    const guests = Array.from({ length: 40 }, (_, i) => i)
    const quantity = (guest: number) => (guest % 3) + 1
    const history = scene(
      {
        operations: guests.map((guest) =>
          request(guest, 'reserve', [guest * 20, guest * 20 + 10], {
            lines: [{ poolId: HOTEL, quantity: quantity(guest) }],
            outcome: 'ok',
            reservationId: `r${guest}`,
          }),
        ),
        movements: guests.map((guest) => step(guest + 1, guest, 'confirmed', quantity(guest))),
      },
      9,
    )
    const { anomalies, figures, counts } = judge(history)
    // 79 units for 40 guests; the first five of them fill the hotel.
    expect(counts.double_booking).toBe(35)
    expect(figures.oversoldUnits).toBe(79 - 9)
    for (const { witness } of anomalies) {
      expect(witness.operations.length).toBeLessThanOrEqual(6)
      expect(judge(witness).counts).toHaveProperty('double_booking')
    }
  })
})
