/** Holds what visitors were told against what the database has. Pure. */
import { isDefinite, type Operation } from './operation.js'
import type { Books, ReservationBook } from './recount.js'

export interface Judgement {
  readonly acknowledged: number
  /** Operations whose outcome a visitor did not know for a while. */
  readonly unknown: number
  /** Acknowledged, and not there, or not as acknowledged. */
  readonly lost: number
  /** One key with two effects, or units that two have. */
  readonly doubled: number
  /** Everything that is wrong, what was lost and doubled included, in sentences. */
  readonly wrong: readonly string[]
}

/** Clocks of one machine, read through a network: none is as far off as this. */
const EARLY_MS = 50

export function judge(operations: readonly Operation[], books: Books): Judgement {
  const lost: string[] = []
  const doubled: string[] = []
  const others: string[] = []
  const byCustomer = grouped(books.reservations, ({ customer }) => customer)
  const changes = grouped(operations, ({ reservationId = '' }) => reservationId)
  const known = new Set(operations.flatMap(({ customer = [] }) => customer))

  for (const operation of operations) {
    const { customer, heard, kind, key } = operation
    if (!isDefinite(heard) && operation.wasUnknown) others.push(`${kind} ${key} never became known`)
    if (customer === undefined) continue
    const found = byCustomer.get(customer) ?? []
    if (found.length > 1) doubled.push(`${kind} ${key} was done ${found.length} times`)
    const [row] = found
    if (heard.kind === 'yes') {
      const missing = whatIsMissing(operation, row, changes.get(heard.body.id ?? '') ?? [])
      if (missing !== undefined) lost.push(missing)
      if (row !== undefined && isEarly(operation, row)) others.push(`${row.id} expired too early`)
    } else if (row !== undefined && (isDefinite(heard) || !operation.wasUnknown)) {
      others.push(`${kind} ${key} was answered ${heard.kind}, and is there: ${row.state}`)
    }
  }
  for (const { customer, id } of books.reservations) {
    if (!known.has(customer)) others.push(`nobody asked for ${id} of ${customer}`)
  }
  for (const { id, capacity, taken, sold } of books.pools) {
    if (sold > capacity) doubled.push(`pool ${id} has ${capacity}, and ${sold} are sold`)
    if (sold !== taken) others.push(`pool ${id} counts ${taken}, its lines ${sold}`)
  }
  return {
    acknowledged: operations.filter(({ heard }) => heard.kind === 'yes').length,
    unknown: operations.filter(({ wasUnknown }) => wasUnknown).length,
    lost: lost.length,
    doubled: doubled.length,
    wrong: [...lost, ...doubled, ...others],
  }
}

function whatIsMissing(
  { kind, key, lines = [], heard }: Operation,
  row: ReservationBook | undefined,
  changes: readonly Operation[],
): string | undefined {
  const what = `${kind} ${key} was acknowledged`
  if (row === undefined) return `${what} and is not there`
  if (heard.kind !== 'yes' || heard.body.id !== row.id)
    return `${what} as another reservation than ${row.id}`
  const wanted = [...lines].sort((a, b) => (a.poolId < b.poolId ? -1 : 1))
  if (
    JSON.stringify(wanted) !==
    JSON.stringify(row.lines.map(({ poolId, quantity }) => ({ poolId, quantity })))
  ) {
    return `${what}, but its lines are ${JSON.stringify(row.lines)}`
  }
  const done = new Set(changes.filter((each) => each.heard.kind === 'yes').map((each) => each.kind))
  if (done.has('cancel') && done.has('release')) return `${row.id} was given back twice`
  const allowed = statesAfter(kind === 'hold', done)
  return allowed.includes(row.state)
    ? undefined
    : `${what}${[...done].map((each) => `, then ${each}`).join('')}, but it is ${row.state}`
}

function statesAfter(isHold: boolean, done: ReadonlySet<string>): readonly string[] {
  if (done.has('cancel')) return ['cancelled']
  if (done.has('release')) return ['released']
  if (done.has('confirm') || !isHold) return ['confirmed']
  return ['held', 'expired']
}

function isEarly({ heard }: Operation, { state, expiredAt }: ReservationBook): boolean {
  if (heard.kind !== 'yes' || state !== 'expired' || expiredAt === null) return false
  const end = Date.parse(heard.body.expires_at ?? '')
  return expiredAt.getTime() < end - EARLY_MS
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
