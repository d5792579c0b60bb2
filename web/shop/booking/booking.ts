/**
 * A booking on its way: chosen, held, booked. Every step is kept in the tab before it is sent, under the key
 * that it is sent with, so that whoever loses the network or reloads hears what became of that very step.
 */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals'
import { type Keep, keepAs, randomKey } from '../../shared/keep.js'
import type { Sale } from '../stock/sale.js'
import type { Service } from '../stock/service.js'
import { type Choice, keyOf, wantedLine } from './choice.js'
import { faultText } from './refusals.js'
import { type Held, HOLD_SECONDS, type Pending, type Stage } from './stage.js'
import { LAPSED, lookAtHold, takeStep } from './steps.js'

/** Who it is for, beside the address. */
export interface Details {
  readonly name: string
  readonly phone: string
  readonly note: string
}

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
    this.#go({ at: 'choosing' })
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
    const { held } = this
    if (held === undefined || this.busy.value !== undefined) return
    void lookAtHold({ ...this.#around, held }).then(
      (stage) => {
        if (stage !== undefined && this.busy.value === undefined) this.#go(stage)
      },
      () => this.#go(LAPSED),
    )
  }

  startOver(): void {
    this.#go({ at: 'choosing' })
  }

  get held(): Held | undefined {
    const { value } = this.stage
    return value.at === 'held' ? value.held : undefined
  }

  get #around() {
    return {
      ...{ service: this.#service, sale: this.#sale, choices: this.choices.value },
      onLost: (isLost: boolean) => {
        this.isLost.value = isLost
      },
    }
  }

  /** Keeps the command, sends it until its answer is known, and goes where the answer leads. */
  async #run(pending: Pending): Promise<void> {
    if (this.busy.value !== undefined) return
    this.busy.value = pending.kind
    this.#write(pending)
    const { held } = this
    try {
      const { stage, isReplayed } = await takeStep(pending, { ...this.#around, held })
      this.#go(stage)
      if (isReplayed === true) queueMicrotask(() => this.look())
    } catch (error) {
      // The service takes the command for good under no key.
      const setback = { title: 'That did not work.', detail: faultText(error), alternatives: [] }
      this.#go(held === undefined ? { at: 'choosing', setback } : { at: 'held', held, setback })
    } finally {
      this.busy.value = undefined
    }
  }

  #go(stage: Stage): void {
    this.stage.value = stage
    if (stage.at === 'done') this.#keep.write(undefined)
    else this.#write(undefined)
  }

  #write(pending: Pending | undefined): void {
    const [choices, email] = [this.choices.value, this.email.value]
    const isEmpty = choices.length === 0 && pending === undefined && this.held === undefined
    this.#keep.write(isEmpty ? undefined : { choices, email, held: this.held, pending })
  }
}
