/**
 * A booking on its way: chosen, held, booked. Every step is kept in the tab before it is sent, under the key
 * that it is sent with, so that whoever loses the network or reloads hears what became of that very step.
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Operations, Reservation } from 'holdfast/client'
import { type Keep, keepAs, randomKey } from '../../shared/keep.js'
import { untilKnown } from '../../shared/until-known.js'
import type { Sale } from '../stock/sale.js'
import type { Service } from '../stock/service.js'
import { type Choice, keyOf, wantedLine } from './choice.js'
import { faultText, type Setback, setbackOf } from './refusals.js'

/** What is held for the reader. */
export interface Held {
  readonly id: string
  readonly token: string
  readonly expiresAtMs: number
  readonly isExtended: boolean
}

/** Who it is for, beside the address. */
export interface Details {
  readonly name: string
  readonly phone: string
  readonly note: string
}

type Body<Name extends keyof Operations> = Operations[Name]['body']

/** A command whose answer has not come. */
type Pending =
  | { readonly kind: 'hold'; readonly key: string; readonly body: HoldBody }
  | { readonly kind: 'extend'; readonly key: string }
  | { readonly kind: 'release'; readonly key: string }
  | {
      readonly kind: 'book'
      readonly detailsKey: string
      readonly key: string
      readonly body: Body<'describeReservation'>
    }

type HoldBody = Body<'createReservation'> & { readonly hold_seconds: number }

export type Stage =
  | { readonly at: 'choosing'; readonly setback?: Setback }
  | { readonly at: 'held'; readonly held: Held; readonly setback?: Setback }
  /** The hold ran out, or was given back by somebody else. */
  | { readonly at: 'lapsed' }
  /** Booked, or left for the shop to confirm: the reservation's own page tells. */
  | { readonly at: 'done'; readonly id: string; readonly token: string }

interface Kept {
  readonly choices: readonly Choice[]
  readonly email: string
  readonly held?: Held | undefined
  readonly pending?: Pending | undefined
}

export interface Booking {
  readonly choices: ReadonlySignal<readonly Choice[]>
  readonly email: Signal<string>
  readonly stage: ReadonlySignal<Stage>
  /** Which command is under way. */
  readonly busy: ReadonlySignal<Pending['kind'] | undefined>
  /** An answer was lost; it is asked for again. */
  readonly isLost: ReadonlySignal<boolean>
  /** Adds it, or changes its quantity; 0 removes it. */
  choose(choice: Choice, quantity: number): void
  /** Takes another one instead, and holds that. */
  holdInstead(gone: Choice, choice: Choice): void
  hold(): void
  /** Once in a booking. */
  extend(): void
  /** Gives back what is held, to choose again. */
  release(): void
  book(details: Details): void
  /** Asks what became of the hold. */
  look(): void
  /** Leaves a hold that is over, to choose again. */
  startOver(): void
}

/** Long enough to fill in a form, short enough for those who wait. */
export const HOLD_SECONDS = 600

export function createBooking(service: Service, sale: Sale): Booking {
  return new BookingOnItsWay(service, sale)
}

class BookingOnItsWay implements Booking {
  readonly choices = signal<readonly Choice[]>([])
  readonly email = signal('')
  readonly stage = signal<Stage>({ at: 'choosing' })
  readonly busy = signal<Pending['kind'] | undefined>(undefined)
  readonly isLost = signal(false)
  readonly #service: Service
  readonly #sale: Sale
  readonly #keep: Keep<Kept>

  constructor(service: Service, sale: Sale) {
    this.#service = service
    this.#sale = sale
    this.#keep = keepAs(`holdfast booking ${sale.listing.id}`)
    const kept = this.#keep.read()
    if (kept === undefined) return
    this.choices.value = kept.choices
    this.email.value = kept.email
    if (kept.held !== undefined) this.stage.value = { at: 'held', held: kept.held }
    if (kept.pending !== undefined) void this.#run(kept.pending)
    else this.look()
  }

  choose(choice: Choice, quantity: number): void {
    const key = keyOf(choice)
    const chosen = { ...choice, quantity }
    const isNew = !this.choices.value.some((each) => keyOf(each) === key)
    const changed = isNew
      ? [...this.choices.value, chosen]
      : this.choices.value.map((each) => (keyOf(each) === key ? chosen : each))
    this.choices.value = changed.filter((each) => each.quantity > 0)
    this.stage.value = { at: 'choosing' }
    this.#write(undefined)
  }

  holdInstead(gone: Choice, choice: Choice): void {
    const others = this.choices.value.filter((each) => keyOf(each) !== keyOf(gone))
    this.choices.value = [...others.filter((each) => keyOf(each) !== keyOf(choice)), choice]
    this.hold()
  }

  hold(): void {
    const { hold_seconds_max } = this.#sale.listing.policy
    const email = this.email.value.trim()
    const body = {
      customer: email,
      lines: this.choices.value.map(wantedLine),
      hold_seconds: Math.min(HOLD_SECONDS, hold_seconds_max),
      contact: { email, locale: navigator.language.slice(0, 35) },
    }
    void this.#run({ kind: 'hold', key: randomKey(), body })
  }

  extend(): void {
    void this.#run({ kind: 'extend', key: randomKey() })
  }

  release(): void {
    void this.#run({ kind: 'release', key: randomKey() })
  }

  book({ name, phone, note }: Details): void {
    const contact = {
      ...(name === '' ? {} : { name }),
      ...(phone === '' ? {} : { phone }),
      ...(note === '' ? {} : { note }),
    }
    const keys = { detailsKey: randomKey(), key: randomKey() }
    void this.#run({ kind: 'book', ...keys, body: { contact } })
  }

  look(): void {
    const { value } = this.stage
    if (value.at !== 'held' || this.busy.value !== undefined) return
    const { id, token } = value.held
    void untilKnown(() => this.#client.get(this.#listingId, id, { token }), this.#lost).then(
      (found) => {
        if (!found.ok || this.busy.value !== undefined) return
        const { state } = found.value
        const end = endOf(found.value)
        // A hold whose time is up is over, tidied away or not.
        const isAlive = state === 'held' && end.expiresAtMs > this.#service.clock.now()
        if (state === 'confirmed') this.#end(value.held)
        else if (isAlive) this.#heldAs({ ...value.held, ...end })
        else this.#lapse()
      },
      () => this.#lapse(),
    )
  }

  startOver(): void {
    this.stage.value = { at: 'choosing' }
    this.#write(undefined)
  }

  get #client() {
    return this.#service.client.reservations
  }

  get #listingId() {
    return this.#sale.listing.id
  }

  get #lost() {
    return {
      onLost: (isLost: boolean) => {
        this.isLost.value = isLost
      },
    }
  }

  /** Keeps the command, sends it until its answer is known, and does what the answer says. */
  async #run(pending: Pending): Promise<void> {
    if (this.busy.value !== undefined) return
    this.busy.value = pending.kind
    this.#write(pending)
    try {
      if (pending.kind === 'hold') await this.#runHold(pending)
      else if (pending.kind === 'book') await this.#runBook(pending)
      else if (pending.kind === 'extend') await this.#runExtend(pending)
      else await this.#runRelease(pending)
    } catch (error) {
      this.#fail(error)
    } finally {
      this.busy.value = undefined
    }
  }

  async #runHold({ key, body }: Extract<Pending, { kind: 'hold' }>): Promise<void> {
    const options = { idempotencyKey: key }
    const made = await untilKnown(
      () => this.#client.hold(this.#listingId, body, options),
      this.#lost,
    )
    if (made.ok) {
      const { id, token } = made.value
      // An answer that came before may be of a hold that is over since.
      this.#heldAs({ id, token, isExtended: false, ...endOf(made.value) })
      if (made.replayed) queueMicrotask(() => this.look())
      return
    }
    const setback = await untilKnown(
      () => setbackOf(this.#service, this.#sale, this.choices.value, made.refusal),
      this.#lost,
    )
    this.stage.value = { at: 'choosing', setback }
    this.#write(undefined)
  }

  async #runExtend({ key }: Extract<Pending, { kind: 'extend' }>): Promise<void> {
    const { held } = this
    if (held === undefined) return
    const { hold_seconds_max } = this.#sale.listing.policy
    const body = { hold_seconds: Math.min(HOLD_SECONDS, hold_seconds_max) }
    const options = { idempotencyKey: key, token: held.token }
    const extended = await untilKnown(
      () => this.#client.extend(this.#listingId, held.id, body, options),
      this.#lost,
    )
    if (extended.ok) this.#heldAs({ ...held, ...endOf(extended.value), isExtended: true })
    else if (extended.refusal.code === 'extension_limit') {
      this.#heldAs({ ...held, isExtended: true }, NO_LONGER)
    } else this.#lapse()
  }

  async #runRelease({ key }: Extract<Pending, { kind: 'release' }>): Promise<void> {
    const { held } = this
    if (held !== undefined) {
      const options = { idempotencyKey: key, token: held.token }
      await untilKnown(() => this.#client.release(this.#listingId, held.id, options), this.#lost)
    }
    this.startOver()
  }

  /** Who it is for first: the mail that a confirm brings about has the name in it. */
  async #runBook({ key, detailsKey, body }: Extract<Pending, { kind: 'book' }>): Promise<void> {
    const { held } = this
    if (held === undefined) return
    const { id, token } = held
    if (Object.keys(body.contact ?? {}).length > 0) {
      const options = { idempotencyKey: detailsKey, token }
      await untilKnown(() => this.#client.describe(this.#listingId, id, body, options), this.#lost)
    }
    const options = { idempotencyKey: key, token }
    if (this.#sale.listing.policy.storefront_confirms !== 'free') {
      await this.#giveTheShopTime(held, options)
      return
    }
    const confirmed = await untilKnown(
      () => this.#client.confirm(this.#listingId, id, {}, options),
      this.#lost,
    )
    if (confirmed.ok) this.#end(held)
    else this.#lapse()
  }

  /** People confirm later than programs: the hold lasts as long as the listing allows. */
  async #giveTheShopTime(
    held: Held,
    options: { idempotencyKey: string; token: string },
  ): Promise<void> {
    const body = { hold_seconds: this.#sale.listing.policy.hold_seconds_max }
    const extended = await untilKnown(
      () => this.#client.extend(this.#listingId, held.id, body, options),
      this.#lost,
    )
    if (extended.ok || extended.refusal.code === 'extension_limit') this.#end(held)
    else this.#lapse()
  }

  get held(): Held | undefined {
    const { value } = this.stage
    return value.at === 'held' ? value.held : undefined
  }

  #heldAs(held: Held, setback?: Setback): void {
    this.stage.value = setback === undefined ? { at: 'held', held } : { at: 'held', held, setback }
    this.#write(undefined)
  }

  #lapse(): void {
    this.stage.value = { at: 'lapsed' }
    this.#write(undefined)
  }

  #end({ id, token }: Held): void {
    this.stage.value = { at: 'done', id, token }
    this.#keep.write(undefined)
  }

  /** The service takes the command for good under no key. */
  #fail(error: unknown): void {
    const setback = { title: 'That did not work.', detail: faultText(error), alternatives: [] }
    const { held } = this
    if (held !== undefined) {
      this.#heldAs(held, setback)
      return
    }
    this.stage.value = { at: 'choosing', setback }
    this.#write(undefined)
  }

  #write(pending: Pending | undefined): void {
    const [choices, email] = [this.choices.value, this.email.value]
    const isEmpty = choices.length === 0 && pending === undefined && this.held === undefined
    this.#keep.write(isEmpty ? undefined : { choices, email, held: this.held, pending })
  }
}

const NO_LONGER: Setback = {
  title: 'The shop holds nothing for longer.',
  detail: 'What you have is held until the time that you see.',
  alternatives: [],
}

function endOf({ expires_at }: Reservation): { expiresAtMs: number } {
  return { expiresAtMs: Date.parse(expires_at ?? '') }
}
