/**
 * Draws the states of a reservation, and says what each command means in each of them, by asking the
 * domain's own rules; written into docs/architecture.md by `npm run generate`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from '../src/domain/reservation/command.js'
import { plan } from '../src/domain/reservation/plan.js'
import { NO_PAYMENTS } from '../src/domain/reservation/refund.js'
import type { ListingPolicy, Reservation } from '../src/domain/reservation/reservation.js'
import { type PagePart, withPart } from './page-parts.js'

const NOW_MS = 1_000_000
const TTL_MS = 1_000
const POLICY: ListingPolicy = {
  customerUnitsMax: null,
  customerHoldsMax: null,
  holdTtlMsMax: TTL_MS,
  refundOnCancel: 'always',
  holdAgeMsMax: 10 * TTL_MS,
}
const ID = '00000000-0000-7000-8000-000000000001'
const POOLS = ['00000000-0000-7000-8000-00000000000a', '00000000-0000-7000-8000-00000000000b']
const [POOL = '', OTHER_POOL = ''] = POOLS

const CONFIRMED: Reservation = {
  reservationId: ID,
  state: 'confirmed',
  customer: 'ada@example.com',
  lines: [{ lineNo: 1, poolId: POOL, quantity: 1 }],
  version: 1,
  createdAtMs: NOW_MS - TTL_MS,
  updatedAtMs: NOW_MS - TTL_MS,
  expiresAtMs: null,
  paymentRef: null,
  refundDue: false,
  lineCount: 1,
}

/** In what a command may find its reservation. A hold stays `held` until somebody expires it. */
const SITUATIONS: Readonly<Record<string, Reservation>> = {
  '`held`': { ...CONFIRMED, state: 'held', expiresAtMs: NOW_MS + 1 },
  '`held`, its time up': { ...CONFIRMED, state: 'held', expiresAtMs: NOW_MS },
  '`confirmed`': CONFIRMED,
  '`released`': { ...CONFIRMED, state: 'released' },
  '`expired`': { ...CONFIRMED, state: 'expired' },
  '`cancelled`': { ...CONFIRMED, state: 'cancelled' },
}

const LINES = [{ poolId: OTHER_POOL, quantity: 1 }]
const NEW = { reservationId: ID, customer: CONFIRMED.customer, lines: LINES } as const

const BEGINNINGS: Readonly<Record<string, Command>> = {
  hold: { kind: 'hold', ...NEW, ttlMs: TTL_MS },
  reserve: { kind: 'reserve', ...NEW },
}

const TRANSITIONS: Readonly<Record<string, Command>> = {
  confirm: { kind: 'confirm', reservationId: ID },
  'confirm with a payment': { kind: 'confirm', reservationId: ID, paymentRef: 'p1' },
  extend: { kind: 'extend', reservationId: ID, ttlMs: TTL_MS },
  change: { kind: 'change', reservationId: ID, lines: LINES },
  release: { kind: 'release', reservationId: ID },
  cancel: { kind: 'cancel', reservationId: ID },
  expire: { kind: 'expire', reservationId: ID },
}

/** What a command comes to when the units that it asks for are free. */
type Meaning =
  | { readonly kind: 'changed'; readonly to: string; readonly takesAgain: boolean }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly code: string }

function meaningOf(command: Command, reservation: Reservation | undefined): Meaning {
  const usage = undefined
  const planned = plan(command, {
    ...{ nowMs: NOW_MS, policy: POLICY, reservation, usage },
    payments: NO_PAYMENTS,
  })
  if (planned.kind === 'change') {
    const takesAgain = planned.reacquired && planned.takes.length > 0
    return { kind: 'changed', to: planned.after.state, takesAgain }
  }
  const { outcome } = planned
  return outcome.kind === 'done'
    ? { kind: 'same' }
    : { kind: 'refused', code: outcome.refusal.code }
}

/** The picture, in Mermaid's language. */
function diagram(): string {
  const arrows = new Map<string, string[]>()
  const draw = (from: string, name: string, meaning: Meaning, when: string) => {
    if (meaning.kind !== 'changed') return
    const arrow = `${from} --> ${meaning.to}`
    const labels = arrows.get(arrow) ?? []
    const isDrawn = labels.some((label) => name.startsWith(label))
    const condition = meaning.takesAgain ? ', if the units are free' : when
    if (!isDrawn) arrows.set(arrow, [...labels, `${name}${condition}`])
  }
  for (const [name, command] of Object.entries(BEGINNINGS)) {
    draw('[*]', name, meaningOf(command, undefined), '')
  }
  for (const [situation, reservation] of Object.entries(SITUATIONS)) {
    const when = situation.includes('time up') ? ', once its time is up' : ''
    for (const [name, command] of Object.entries(TRANSITIONS)) {
      draw(reservation.state, name, meaningOf(command, reservation), when)
    }
  }
  const lines = [...arrows].map(([arrow, labels]) => `  ${arrow}: ${labels.join(' · ')}`)
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n')
}

/** One row for each situation, one column for each command. */
function table(): string {
  const names = Object.keys(TRANSITIONS)
  const rows = Object.entries(SITUATIONS).map(([situation, reservation]) => {
    const cells = Object.values(TRANSITIONS).map((command) => cell(meaningOf(command, reservation)))
    return `| ${[situation, ...cells].join(' | ')} |`
  })
  const head = ['in state', ...names]
  return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows].join('\n')
}

function cell(meaning: Meaning): string {
  if (meaning.kind === 'same') return 'yes, again'
  if (meaning.kind === 'refused') return `\`${meaning.code}\``
  return `→ ${meaning.to}${meaning.takesAgain ? ', or `capacity_gone`' : ''}`
}

/** What the states are on docs/architecture.md. */
export function statePart(): PagePart {
  const text = `${diagram()}\n\n${table()}`
  return { page: 'docs/architecture.md', mark: 'states', text }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const part = statePart()
  const file = fileURLToPath(new URL(`../${part.page}`, import.meta.url))
  writeFileSync(file, withPart(readFileSync(file, 'utf8'), part))
}
