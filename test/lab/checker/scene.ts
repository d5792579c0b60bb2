/** Short histories written out by hand: one pool of one hotel, and times in milliseconds. */
import type {
  History,
  MailRecord,
  MovementRecord,
  OperationRecord,
  PoolRecord,
  ReservationRecord,
} from '../../../src/lab/history/history.js'

export const HOTEL = 'hotel'
export const OTHER = 'other hotel'

/**
 * What differs from a race for one room in each of two hotels, of which nobody wrote anything down. With
 * `mails`, even with none, it is a race that sends them.
 */
export function scene(
  records: Partial<Omit<History, 'race'>> & { readonly clocks?: History['race']['clocks'] },
  capacity = 1,
): History {
  const { clocks, ...kept } = records
  return {
    race: {
      type: 'race',
      format: 1,
      scenario: 'by hand',
      strategy: 'batched',
      seed: 1,
      listingId: 'listing',
      pools: [HOTEL, OTHER].map((poolId) => ({ poolId, name: `the ${poolId}`, capacity })),
      ...(clocks === undefined ? {} : { clocks }),
      ...(kept.mails === undefined ? {} : { mails: true }),
    },
    operations: [],
    pools: [],
    reservations: [],
    movements: [],
    mails: [],
    ...kept,
  }
}

/** A request from one millisecond to another; answered yes unless `answer` says otherwise. */
export function request(
  client: number,
  kind: OperationRecord['kind'],
  [calledMs, returnedMs]: readonly [number, number],
  answer: Partial<OperationRecord> = {},
): OperationRecord {
  const creation = kind === 'reserve' || kind === 'hold'
  return {
    type: 'operation',
    client,
    kind,
    key: `${kind} of client ${client}`,
    calledNs: calledMs * 1e6,
    returnedNs: returnedMs * 1e6,
    outcome: 'ok',
    ...(creation
      ? { customer: `customer ${client}`, lines: [{ poolId: HOTEL, quantity: 1 }] }
      : {}),
    ...(answer.outcome === undefined || !creation ? { reservationId: `r${client}` } : {}),
    ...answer,
  }
}

/** A step of the hotel's ledger, of the reservation of one client. */
export function step(
  version: number,
  client: number,
  cause: string,
  delta: number,
  more: Partial<MovementRecord> = {},
): MovementRecord {
  return {
    type: 'movement',
    poolId: HOTEL,
    version,
    kind: delta > 0 ? 'take' : 'give_back',
    delta,
    reservationId: `r${client}`,
    cause,
    ...more,
  }
}

/** The row of one client's reservation. */
export function row(
  client: number,
  state: string,
  more: Partial<ReservationRecord> = {},
): ReservationRecord {
  return {
    type: 'reservation',
    reservationId: `r${client}`,
    state,
    customer: `customer ${client}`,
    lines: [{ poolId: HOTEL, quantity: 1, replaced: false }],
    ...more,
  }
}

/** A mail about the reservation of one client, to that client. */
export function mail(client: number, more: Partial<MailRecord> = {}): MailRecord {
  return {
    type: 'mail',
    messageId: `mail ${client}`,
    to: `customer ${client}`,
    reservationId: `r${client}`,
    receivedNs: 5e6,
    ...more,
  }
}

/** The row of the hotel's pool. */
export function pool(taken: number, version: number, capacity = 1): PoolRecord {
  return { type: 'pool', poolId: HOTEL, capacity, taken, version }
}
