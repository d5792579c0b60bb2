/** A history for each anomaly, as small as it comes. */
import type { AnomalyName, JudgeName } from '../../../src/lab/checker/judgement.js'
import type { History } from '../../../src/lab/history/history.js'
import { HOTEL, mail, OTHER, pool, request, row, scene, step } from './scene.js'

export interface Case {
  readonly name: AnomalyName
  readonly what: string
  readonly history: History
  readonly judges: readonly JudgeName[]
  /** Default 1. */
  readonly times?: number
  /** Its witness has as many requests. */
  readonly requests: number
}

const twoSold = [request(1, 'reserve', [0, 10]), request(2, 'reserve', [5, 15])]
const twoRows = [row(1, 'confirmed'), row(2, 'confirmed')]
const both = [
  { poolId: HOTEL, quantity: 1 },
  { poolId: OTHER, quantity: 1 },
]
const hold = request(1, 'hold', [0, 10], { expiresAtMs: 60_000 })

export const ONE_SOLD = {
  operations: [request(1, 'reserve', [0, 10])],
  movements: [step(1, 1, 'confirmed', 1)],
  reservations: [row(1, 'confirmed')],
  pools: [pool(1, 1)],
}

export const CASES: readonly Case[] = [
  {
    name: 'double_booking',
    what: 'one room, two guests, one after the other',
    history: scene({
      operations: [request(1, 'reserve', [0, 10]), request(2, 'reserve', [20, 30])],
      movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(2, 2)],
    }),
    judges: ['exact', 'black-box', 'recount'],
    requests: 2,
  },
  {
    name: 'lost_update',
    what: 'two takes of the same version',
    history: scene({
      operations: twoSold,
      movements: [step(1, 1, 'confirmed', 1), step(1, 2, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(2, 2)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'write_skew',
    what: 'two takes at once, each counted, neither seen by the other',
    history: scene({
      operations: twoSold,
      movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(2, 2)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'phantom',
    what: 'a row that the pool has never counted',
    history: scene({
      operations: twoSold,
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(1, 1)],
    }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'unjustified_refusal',
    what: 'sent away from an empty hotel',
    history: scene({
      operations: [
        request(1, 'reserve', [0, 10], { outcome: 'refused', code: 'insufficient_capacity' }),
        request(2, 'reserve', [20, 30]),
      ],
      movements: [step(1, 2, 'confirmed', 1)],
      reservations: [row(2, 'confirmed')],
      pools: [pool(1, 1)],
    }),
    judges: ['exact', 'black-box'],
    requests: 1,
  },
  {
    name: 'lost_acknowledgement',
    what: 'told yes, and there is no row',
    history: scene({ operations: [request(1, 'reserve', [0, 10])], pools: [pool(0, 0)] }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'duplicate_effect',
    what: 'one key, two reservations',
    history: scene(
      {
        operations: [
          request(1, 'reserve', [0, 10]),
          request(1, 'reserve', [20, 30], { reservationId: 'r2' }),
        ],
        movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
        reservations: [row(1, 'confirmed'), row(2, 'confirmed', { customer: 'customer 1' })],
        pools: [pool(2, 2, 9)],
      },
      9,
    ),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'duplicate_effect',
    what: 'one key in two rows',
    history: scene(
      {
        operations: [request(1, 'reserve', [0, 10])],
        movements: [step(1, 1, 'confirmed', 1), step(2, 2, 'confirmed', 1)],
        reservations: [
          row(1, 'confirmed', { key: 'reserve of client 1' }),
          row(2, 'confirmed', { key: 'reserve of client 1' }),
        ],
        pools: [pool(2, 2, 9)],
      },
      9,
    ),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'contradiction',
    what: 'told yes, and then no',
    history: scene({
      operations: [
        request(1, 'reserve', [0, 10]),
        request(1, 'reserve', [20, 30], { outcome: 'refused', code: 'insufficient_capacity' }),
      ],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(1, 1)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'duplicate_effect',
    what: 'one cancel, given back twice',
    history: scene({
      operations: [request(1, 'reserve', [0, 10]), request(1, 'cancel', [20, 30])],
      movements: [
        step(1, 1, 'confirmed', 1),
        step(2, 1, 'cancelled', -1),
        step(3, 1, 'cancelled', -1),
      ],
      reservations: [row(1, 'cancelled')],
      pools: [pool(-1, 3)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'contradiction',
    what: 'told no, and booked',
    history: scene({
      operations: [request(1, 'reserve', [0, 10], { outcome: 'refused', code: 'not_found' })],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed', { key: 'reserve of client 1' })],
      pools: [pool(1, 1)],
    }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'untraced_effect',
    what: 'a row that nobody asked for',
    history: scene({
      operations: [request(1, 'reserve', [0, 10], { outcome: 'refused', code: 'not_found' })],
      movements: [step(1, 7, 'confirmed', 1)],
      reservations: [row(7, 'confirmed')],
      pools: [pool(1, 1)],
    }),
    judges: ['recount'],
    requests: 0,
  },
  {
    name: 'partial_reservation',
    what: 'one of two lines was taken',
    history: scene({
      operations: [request(1, 'reserve', [0, 10], { lines: both })],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [
        row(1, 'confirmed', { lines: both.map((line) => ({ ...line, replaced: false })) }),
      ],
      pools: [pool(1, 1)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'stale_confirm',
    what: 'confirmed after it had expired',
    history: scene({
      operations: [hold, request(1, 'confirm', [100, 110])],
      movements: [step(1, 1, 'held', 1), step(2, 1, 'expired', -1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(0, 2)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'stale_confirm',
    what: 'confirmed after it had been released',
    history: scene({
      operations: [hold, request(1, 'release', [20, 30]), request(1, 'confirm', [100, 110])],
      movements: [step(1, 1, 'held', 1), step(2, 1, 'released', -1)],
      reservations: [row(1, 'released')],
      pools: [pool(0, 2)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'early_expiry',
    what: 'a hold that ended before its time',
    history: scene({
      operations: [hold],
      movements: [step(1, 1, 'held', 1), step(2, 1, 'expired', -1, { atMs: 59_000 })],
      reservations: [row(1, 'expired')],
      pools: [pool(0, 2)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'early_expiry',
    what: 'told that it had expired, before its time',
    history: scene({
      clocks: { monotonicNs: 0, databaseMs: 0 },
      operations: [
        hold,
        request(1, 'confirm', [100, 110], { outcome: 'refused', code: 'hold_expired' }),
      ],
      movements: [step(1, 1, 'held', 1)],
      reservations: [row(1, 'held')],
      pools: [pool(1, 1)],
    }),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'counter_drift',
    what: 'a counter that lies',
    history: scene({
      operations: [request(1, 'reserve', [0, 10])],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(0, 1)],
    }),
    judges: ['recount'],
    requests: 0,
  },
  {
    name: 'version_gap',
    what: 'a version that is nobody’s',
    history: scene({
      operations: [request(1, 'reserve', [0, 10])],
      movements: [step(1, 1, 'confirmed', 1)],
      reservations: [row(1, 'confirmed')],
      pools: [pool(1, 2)],
    }),
    judges: ['exact'],
    requests: 1,
  },
  {
    name: 'stale_order',
    what: 'the first to be served counts as the second',
    history: scene(
      {
        operations: [request(1, 'reserve', [0, 10]), request(2, 'reserve', [20, 30])],
        movements: [step(2, 1, 'confirmed', 1), step(1, 2, 'confirmed', 1)],
        reservations: twoRows,
        pools: [pool(2, 2, 2)],
      },
      2,
    ),
    judges: ['exact'],
    requests: 2,
  },
  {
    name: 'double_confirmation',
    what: 'one room, and two guests have a mail for it',
    history: scene({
      operations: twoSold,
      movements: [step(1, 1, 'confirmed', 1), step(1, 2, 'confirmed', 1)],
      reservations: twoRows,
      pools: [pool(2, 2)],
      mails: [mail(1), mail(2)],
    }),
    judges: ['recount', 'recount'],
    times: 2,
    requests: 2,
  },
  {
    name: 'mail_without_booking',
    what: 'a mail about a booking that was rolled back',
    history: scene({
      operations: [
        request(1, 'reserve', [0, 10], { outcome: 'unknown' }),
        request(1, 'reserve', [20, 30], { outcome: 'unknown' }),
        request(2, 'reserve', [0, 10], { outcome: 'unknown' }),
      ],
      pools: [pool(0, 0)],
      mails: [mail(1)],
    }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'booking_without_mail',
    what: 'a room, and a guest who was not told',
    history: scene({ ...ONE_SOLD, mails: [] }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'misdirected_mail',
    what: 'a mail about somebody else’s room',
    history: scene({ ...ONE_SOLD, mails: [mail(1), mail(1, { to: 'customer 2' })] }),
    judges: ['recount'],
    requests: 1,
  },
  {
    name: 'repeated_mail',
    what: 'one room, and two mails in the mailbox',
    history: scene({ ...ONE_SOLD, mails: [mail(1), mail(1, { messageId: 'another' })] }),
    judges: ['recount'],
    requests: 1,
  },
]
