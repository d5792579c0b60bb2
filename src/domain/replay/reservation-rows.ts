/** Holds the rows of a reservation against what its journal comes to. Pure. */
import { compared, type Finding, inOrder, iso, isSameTime, type StoredEntry } from './replay.js'
import type {
  Replayed,
  StoredAnswer,
  StoredLine,
  StoredRefund,
  StoredReservation,
} from './reservation-books.js'

const COLUMNS = {
  state: 'state',
  version: 'version',
  expiresAtMs: 'expires_at',
  paymentRef: 'payment_ref',
  refundDue: 'refund_due',
  lineCount: 'line_count',
} as const

const LINE_COLUMNS = {
  poolId: 'pool_id',
  quantity: 'quantity',
  takenVersion: 'taken_version',
  givenBackVersion: 'given_back_version',
  replaced: 'replaced',
} as const

export function rowFindings(
  id: string,
  rows: readonly StoredReservation[],
  { last, entries }: { readonly last: Replayed; readonly entries: readonly StoredEntry[] },
): Finding[] {
  const [row] = rows
  const wrongRow = { table: 'reservations', key: id, column: 'row' }
  if (row === undefined) {
    if (entries.length === 0) return []
    return [{ ...wrongRow, expected: 'one', actual: 'none' }]
  }
  if (entries.length === 0) return [{ ...wrongRow, expected: 'none', actual: 'one' }]
  const doubled = rows.length === 1 ? [] : [{ ...wrongRow, expected: 1, actual: rows.length }]
  const compare = { expected: columnsOf(last), actual: columnsOf(row) }
  const columns = compared('reservations', id, COLUMNS, compare)
  const times = inOrder(entries).map(({ atMs }) => atMs)
  const marks = [
    ['created_at', times[0] ?? 0, row.createdAtMs],
    ['updated_at', times.at(-1) ?? 0, row.updatedAtMs],
  ] as const
  const off = marks.flatMap(([column, expected, actual]) =>
    isSameTime(expected, actual)
      ? []
      : [{ ...wrongRow, column, expected: iso(expected), actual: iso(actual) }],
  )
  return [...doubled, ...columns, ...off]
}

function columnsOf(row: Omit<StoredReservation, 'createdAtMs' | 'updatedAtMs'>) {
  const { state, version, expiresAtMs, paymentRef, refundDue, lineCount } = row
  return { state, version, expiresAtMs, paymentRef, refundDue, lineCount }
}

export function lineFindings(
  id: string,
  lines: readonly StoredLine[],
  expected: readonly StoredLine[],
): Finding[] {
  const byNumber = new Map<number, StoredLine[]>()
  for (const line of lines) {
    byNumber.set(line.lineNo, [...(byNumber.get(line.lineNo) ?? []), line])
  }
  const counted = (lineNo: number, wanted: number, actual: number): Finding[] => {
    const wrong = { table: 'reservation_lines', key: `${id}/${lineNo}`, column: 'row' }
    return actual === wanted ? [] : [{ ...wrong, expected: wanted, actual }]
  }
  const findings = expected.flatMap((line): Finding[] => {
    const found = byNumber.get(line.lineNo) ?? []
    byNumber.delete(line.lineNo)
    const [first] = found
    if (first === undefined) return counted(line.lineNo, 1, 0)
    const compare = { expected: lineColumns(line), actual: lineColumns(first) }
    const key = `${id}/${line.lineNo}`
    return [
      ...counted(line.lineNo, 1, found.length),
      ...compared('reservation_lines', key, LINE_COLUMNS, compare),
    ]
  })
  const more = [...byNumber].flatMap(([lineNo, found]) => counted(lineNo, 0, found.length))
  return [...findings, ...more]
}

function lineColumns({ poolId, quantity, takenVersion, givenBackVersion, replaced }: StoredLine) {
  return { poolId, quantity, takenVersion, givenBackVersion, replaced }
}

export function refundFindings(
  id: string,
  rows: readonly StoredRefund[],
  expected: ReadonlyMap<string, StoredRefund>,
): Finding[] {
  const place = (paymentRef: string, column: string) => ({
    ...{ table: 'refunds', key: `${id}/${paymentRef}`, column },
  })
  const byPayment = new Map<string, StoredRefund[]>()
  for (const row of rows) {
    byPayment.set(row.paymentRef, [...(byPayment.get(row.paymentRef) ?? []), row])
  }
  const names = new Set([...byPayment.keys(), ...expected.keys()])
  return [...names].flatMap((name): Finding[] => {
    const [found = [], known] = [byPayment.get(name), expected.get(name)]
    const [row] = found
    const wanted = known === undefined ? 0 : 1
    if (row === undefined || known === undefined || found.length !== 1) {
      return [{ ...place(name, 'row'), expected: wanted, actual: found.length }]
    }
    const times = [
      ['due_since', known.dueSinceMs, row.dueSinceMs],
      ['settled_at', known.settledAtMs, row.settledAtMs],
    ] as const
    return [
      ...compared(
        'refunds',
        `${id}/${name}`,
        { reason: 'reason' },
        {
          expected: { reason: known.reason },
          actual: { reason: row.reason },
        },
      ),
      ...times.flatMap(([column, wantedMs, ms]) => {
        const both = wantedMs !== null && ms !== null
        const isRight = both ? isSameTime(wantedMs, ms) : wantedMs === ms
        const shown = (at: number | null) => (at === null ? null : iso(at))
        const figures = { expected: shown(wantedMs), actual: shown(ms) }
        return isRight ? [] : [{ ...place(name, column), ...figures }]
      }),
    ]
  })
}

/** Rows that name a reservation of which nothing else is known. */
export function orphans(
  id: string,
  lines: readonly StoredLine[],
  answers: readonly StoredAnswer[],
): Finding[] {
  const expected = 'a reservation'
  return [
    ...lines.map(({ lineNo }) => ({
      ...{ table: 'reservation_lines', key: `${id}/${lineNo}`, column: 'reservation_id' },
      ...{ expected, actual: 'none' },
    })),
    ...answers.map(({ key }) => ({
      ...{ table: 'answers', key, column: 'outcome', expected, actual: 'none' },
    })),
  ]
}

/** An answer says how the reservation was when it was given. */
export function answerFindings(
  id: string,
  answers: readonly StoredAnswer[],
  states: ReadonlyMap<number, string>,
): Finding[] {
  return answers.flatMap(({ key, state, version }) => {
    const then = states.get(version ?? 0)
    if (then === state) return []
    const expected = `${id}: ${then ?? 'a version that it had'}`
    return [{ table: 'answers', key, column: 'outcome', expected, actual: `${state} ${version}` }]
  })
}

const CREATIONS = ['reserve', 'hold']

/** A reservation is made once, so one key at the most can have made it. */
export function birthFindings(id: string, answers: readonly StoredAnswer[]): Finding[] {
  const [, ...more] = answers.filter(({ command }) => CREATIONS.includes(command ?? ''))
  return more.map(({ key }) => ({
    ...{ table: 'answers', key, column: 'outcome', expected: `another than ${id}`, actual: id },
  }))
}
