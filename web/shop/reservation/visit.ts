/** A look at one reservation, and what its holder does with it; commands outlive the page, as in a booking. */
import { type ReadonlySignal, signal } from '@preact/signals'
import type { Operations, Reservation } from 'holdfast/client'
import { type Keep, keepAs, randomKey } from '../../shared/keep.js'
import { nextChance, untilKnown } from '../../shared/until-known.js'
import { type Choice, wantedLine } from '../booking/choice.js'
import { faultText, type Setback, setbackOf } from '../booking/refusals.js'
import type { Sale } from '../stock/sale.js'
import type { Service } from '../stock/service.js'

export interface Holder {
  readonly listingId: string
  readonly reservationId: string
  readonly token: string
}

/** `absent` where the link is not a reservation's. */
export type Seen = Reservation | 'absent' | undefined

export interface Visit {
  readonly reservation: ReadonlySignal<Seen>
  readonly setback: ReadonlySignal<Setback | undefined>
  readonly isBusy: ReadonlySignal<boolean>
  readonly isLost: ReadonlySignal<boolean>
  /** Looks until the signal is aborted: every few seconds, and when the reader comes back. */
  follow(ended: AbortSignal): Promise<void>
  /** Gives it back, held or confirmed. */
  cancel(): void
  /** Has these instead, all or nothing. */
  change(sale: Sale, choices: readonly Choice[]): void
}

type Pending =
  | { readonly kind: 'cancel' | 'release'; readonly key: string }
  | {
      readonly kind: 'change'
      readonly key: string
      readonly body: Operations['changeReservation']['body']
    }

/** While somebody waits for the shop, and afterwards. */
const EVERY_MS = { held: 2_000, other: 15_000 }

export function createVisit(service: Service, holder: Holder): Visit {
  return new VisitOfOne(service, holder)
}

class VisitOfOne implements Visit {
  readonly reservation = signal<Seen>(undefined)
  readonly setback = signal<Setback | undefined>(undefined)
  readonly isBusy = signal(false)
  readonly isLost = signal(false)
  readonly #service: Service
  readonly #holder: Holder
  readonly #keep: Keep<Pending>

  constructor(service: Service, holder: Holder) {
    this.#service = service
    this.#holder = holder
    this.#keep = keepAs(`holdfast reservation ${holder.reservationId}`)
    const pending = this.#keep.read()
    if (pending !== undefined) void this.#run(pending)
  }

  async follow(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await this.#look()
      const { value } = this.reservation
      if (value === 'absent') return
      await nextChance(value?.state === 'held' ? EVERY_MS.held : EVERY_MS.other)
    }
  }

  cancel(): void {
    const { value } = this.reservation
    if (value === undefined || value === 'absent') return
    const kind = value.state === 'held' ? 'release' : 'cancel'
    void this.#run({ kind, key: randomKey() })
  }

  change(sale: Sale, choices: readonly Choice[]): void {
    const body = { lines: choices.map(wantedLine) }
    void this.#run({ kind: 'change', key: randomKey(), body }, { sale, choices })
  }

  async #look(): Promise<void> {
    const { listingId, reservationId, token } = this.#holder
    try {
      const found = await untilKnown(
        () => this.#service.client.reservations.get(listingId, reservationId, { token }),
        this.#lost,
      )
      if (this.isBusy.value) return
      this.#see(found.ok ? found.value : 'absent')
    } catch {
      // The service takes no such call: the address is no reservation's.
      this.#see('absent')
    }
  }

  get #lost() {
    return {
      onLost: (isLost: boolean) => {
        this.isLost.value = isLost
      },
    }
  }

  #see(seen: Seen): void {
    const { value } = this.reservation
    const isNews = JSON.stringify(seen) !== JSON.stringify(value)
    if (isNews) this.reservation.value = seen
  }

  async #run(
    pending: Pending,
    asked?: { readonly sale: Sale; readonly choices: readonly Choice[] },
  ): Promise<void> {
    if (this.isBusy.value) return
    this.isBusy.value = true
    this.setback.value = undefined
    this.#keep.write(pending)
    try {
      const result = await untilKnown(() => this.#send(pending), this.#lost)
      if (result.ok) this.#see(result.value)
      else if (asked === undefined) {
        const { title, detail } = result.refusal
        this.setback.value = { title, detail, alternatives: [] }
      } else {
        const { sale, choices } = asked
        this.setback.value = await setbackOf(this.#service, sale, choices, result.refusal)
      }
    } catch (error) {
      this.setback.value = {
        ...{ title: 'That did not work.', detail: faultText(error), alternatives: [] },
      }
    } finally {
      this.#keep.write(undefined)
      this.isBusy.value = false
    }
  }

  #send(pending: Pending) {
    const { listingId, reservationId, token } = this.#holder
    const { reservations } = this.#service.client
    const options = { idempotencyKey: pending.key, token }
    switch (pending.kind) {
      case 'cancel':
        return reservations.cancel(listingId, reservationId, options)
      case 'release':
        return reservations.release(listingId, reservationId, options)
      case 'change':
        return reservations.change(listingId, reservationId, pending.body, options)
    }
  }
}
