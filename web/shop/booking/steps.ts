/** Sends the commands of a booking until their answers are known, and says which stage each leads to. */
import type { Reservation } from 'holdfast/client'
import { untilKnown } from '../../shared/until-known.js'
import type { Sale } from '../stock/sale.js'
import type { Service } from '../stock/service.js'
import type { Choice } from './choice.js'
import { type Setback, setbackOf } from './refusals.js'
import { type Held, HOLD_SECONDS, type Pending, type Stage } from './stage.js'

interface Around {
  readonly service: Service
  readonly sale: Sale
  readonly choices: readonly Choice[]
  /** Called with true when an answer was lost, with false once there is one. */
  readonly onLost: (isLost: boolean) => void
}

/** A step that is about a hold. */
interface AroundHold extends Around {
  readonly held: Held
}

interface Step {
  readonly stage: Stage
  /** The answer is one of before: what it says may be over since. */
  readonly isReplayed?: boolean
}

/**
 * Sends one command, again and again under its key, and says where that leads.
 *
 * @param around.held what is held already; nothing comes of a command about a hold without it
 * @throws what the service says for good: a call that it does not take
 */
export async function takeStep(
  pending: Pending,
  around: Around & { readonly held: Held | undefined },
): Promise<Step> {
  if (pending.kind === 'hold') return hold(pending, around)
  const { held } = around
  if (held === undefined) return { stage: { at: 'choosing' } }
  const aroundHold = { ...around, held }
  if (pending.kind === 'book') return { stage: await book(pending, aroundHold) }
  if (pending.kind === 'extend') return { stage: await extend(pending, aroundHold) }
  return { stage: await release(pending, aroundHold) }
}

/** What became of a hold; undefined when the service does not say. */
export async function lookAtHold({
  service,
  sale,
  held,
  onLost,
}: AroundHold): Promise<Stage | undefined> {
  const { id, token } = held
  const { client, clock } = service
  const found = await untilKnown(() => client.reservations.get(sale.listing.id, id, { token }), {
    onLost,
  })
  if (!found.ok) return undefined
  const { state } = found.value
  if (state === 'confirmed') return { at: 'done', id, token }
  const end = endOf(found.value)
  // A hold whose time is up is over, tidied away or not.
  const isAlive = state === 'held' && end.expiresAtMs > clock.now()
  return isAlive ? { at: 'held', held: { ...held, ...end } } : LAPSED
}

async function hold(
  { key, body }: Extract<Pending, { kind: 'hold' }>,
  { service, sale, choices, onLost }: Around,
): Promise<Step> {
  const { reservations } = service.client
  const made = await untilKnown(
    () => reservations.hold(sale.listing.id, body, { idempotencyKey: key }),
    { onLost },
  )
  if (made.ok) {
    const { id, token } = made.value
    const held = { id, token, isExtended: false, ...endOf(made.value) }
    return { stage: { at: 'held', held }, isReplayed: made.replayed }
  }
  const setback = await untilKnown(() => setbackOf(service, sale, choices, made.refusal), {
    onLost,
  })
  return { stage: { at: 'choosing', setback } }
}

async function extend(
  { key }: Extract<Pending, { kind: 'extend' }>,
  { service, sale, held, onLost }: AroundHold,
): Promise<Stage> {
  const { reservations } = service.client
  const { id, policy } = sale.listing
  const body = { hold_seconds: Math.min(HOLD_SECONDS, policy.hold_seconds_max) }
  const options = { idempotencyKey: key, token: held.token }
  const extended = await untilKnown(() => reservations.extend(id, held.id, body, options), {
    onLost,
  })
  if (extended.ok) {
    return { at: 'held', held: { ...held, ...endOf(extended.value), isExtended: true } }
  }
  if (extended.refusal.code !== 'extension_limit') return LAPSED
  return { at: 'held', held: { ...held, isExtended: true }, setback: NO_LONGER }
}

async function release(
  { key }: Extract<Pending, { kind: 'release' }>,
  { service, sale, held, onLost }: AroundHold,
): Promise<Stage> {
  const { reservations } = service.client
  const options = { idempotencyKey: key, token: held.token }
  await untilKnown(() => reservations.release(sale.listing.id, held.id, options), { onLost })
  return { at: 'choosing' }
}

/** Who it is for first: the mail that a confirm brings about has the name in it. */
async function book(
  { key, detailsKey, body }: Extract<Pending, { kind: 'book' }>,
  { service, sale, held, onLost }: AroundHold,
): Promise<Stage> {
  const { reservations } = service.client
  const { id: listingId, policy } = sale.listing
  const { id, token } = held
  if (Object.keys(body.contact ?? {}).length > 0) {
    const options = { idempotencyKey: detailsKey, token }
    await untilKnown(() => reservations.describe(listingId, id, body, options), { onLost })
  }
  const done: Stage = { at: 'done', id, token }
  const options = { idempotencyKey: key, token }
  if (policy.storefront_confirms === 'free') {
    const confirmed = await untilKnown(() => reservations.confirm(listingId, id, {}, options), {
      onLost,
    })
    return confirmed.ok ? done : LAPSED
  }
  // People confirm later than programs: the hold lasts as long as the listing allows.
  const longest = { hold_seconds: policy.hold_seconds_max }
  const extended = await untilKnown(() => reservations.extend(listingId, id, longest, options), {
    onLost,
  })
  return extended.ok || extended.refusal.code === 'extension_limit' ? done : LAPSED
}

export const LAPSED: Stage = { at: 'lapsed' }

const NO_LONGER: Setback = {
  title: 'The shop holds nothing for longer.',
  detail: 'What you have is held until the time that you see.',
  alternatives: [],
}

function endOf({ expires_at }: Reservation): { expiresAtMs: number } {
  return { expiresAtMs: Date.parse(expires_at ?? '') }
}
