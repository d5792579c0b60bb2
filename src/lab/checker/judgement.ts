/** What the checkers find in a history: anomalies under their names in the literature, with witnesses. */
import type { History } from '../history/history.js'

/** Every anomaly: its name, and what it means for a customer. `docs/checker.md` says how each is found. */
export const ANOMALIES = {
  double_booking: 'more was sold than there is: somebody will find their place taken',
  lost_update: 'two takes were decided on one and the same count; the second ignored the first',
  write_skew: 'two takes each fitted by themselves and not together; neither saw the other',
  phantom: 'units are booked in rows that the count of the pool never saw',
  unjustified_refusal: 'somebody was refused although enough was free all the time',
  lost_acknowledgement: 'somebody was told yes, and the database says otherwise',
  duplicate_effect: 'one request, under one key, took effect twice',
  contradiction: 'one request was told both yes and no',
  untraced_effect: 'the database has something that nobody asked for',
  partial_reservation: 'some lines of a reservation were taken and others were not',
  stale_confirm: 'a hold was confirmed after its units had gone back',
  early_expiry: 'a hold ended before the time that its customer was told',
  counter_drift: 'the counter of a pool is not the sum of what is booked in it',
  version_gap: 'steps of a pool are missing: the ledger does not tell everything',
  stale_order: 'what was over before something else began counts as later than it',
  double_confirmation: 'a customer was sent a confirmation for a place that is another’s too',
  mail_without_booking: 'a customer was sent a mail about a booking that does not exist',
  booking_without_mail: 'a customer has a booking and was sent no mail about it',
  misdirected_mail: 'a mail about one customer’s booking went to another',
  repeated_mail: 'a customer was told of one booking by two mails that no mailbox takes for one',
} as const

export type AnomalyName = keyof typeof ANOMALIES

/** Which of the three judges saw it. They share nothing but the history. */
export type JudgeName = 'exact' | 'black-box' | 'recount'

export interface Anomaly {
  readonly name: AnomalyName
  readonly judge: JudgeName
  /** Where, when it is about one pool. */
  readonly poolId?: string
  /** What happened, in one sentence with its figures. */
  readonly sentence: string
  /** The fewest records that show it: a history by itself, that can be judged again. */
  readonly witness: History
}

export interface JudgementFigures {
  /** Requests, each attempt for itself. */
  readonly operations: number
  readonly acknowledged: number
  readonly refused: number
  readonly conflicts: number
  readonly unknown: number
  /** Units sold beyond the capacity, at the worst moment of each pool, over all pools. */
  readonly oversoldUnits: number
  /** Refusals for want of units that were held against the ledger. */
  readonly refusalsJudged: number
  readonly unjustifiedRefusals: number
  /** Acknowledged operations that the database does not have as acknowledged. */
  readonly lost: number
  /** Mails that arrived, each as often as it did; absent where none were sent. */
  readonly mails?: number
}

export interface Judgement {
  /** `inconclusive` says neither: `reasons` tell why. */
  readonly verdict: 'ok' | 'violation' | 'inconclusive'
  readonly reasons: readonly string[]
  /** How often each anomaly was found; names that were not found are left out. */
  readonly counts: Readonly<Partial<Record<AnomalyName, number>>>
  /** At most `WITNESSES_MAX` of each name and judge, in the order of `ANOMALIES`. */
  readonly anomalies: readonly Anomaly[]
  readonly figures: JudgementFigures
}

/** How many anomalies of one name each judge keeps with their witnesses; it counts all of them. */
export const WITNESSES_MAX = 5
