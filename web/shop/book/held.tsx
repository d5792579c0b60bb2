/** The second step: it is held, and the reader says who it is for. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Booking } from '../booking/booking.js'
import { keyOf } from '../booking/choice.js'
import type { Setback } from '../booking/refusals.js'
import type { Held } from '../booking/stage.js'
import type { Sale } from '../stock/sale.js'
import { ChoiceText } from './choice-text.js'
import { Countdown } from './countdown.js'
import { TextField } from './text-field.js'

interface HeldProps {
  readonly sale: Sale
  readonly booking: Booking
  readonly held: Held
  readonly setback: Setback | undefined
}

export function HeldForYou({ sale, booking, held, setback }: HeldProps) {
  const title = useRef<HTMLHeadingElement>(null)
  const busy = booking.busy.value
  useEffect(() => title.current?.focus(), [])
  return (
    <div class="held card">
      <header>
        <h2 ref={title} tabIndex={-1}>
          Held for you
        </h2>
        <p class="left">
          <Countdown untilMs={held.expiresAtMs} onOver={() => booking.look()} />
          <span class="soft">left</span>
          {!held.isExtended && (
            <button
              type="button"
              class="button quiet"
              aria-disabled={busy !== undefined}
              onClick={() => booking.extend()}
            >
              I need more time
            </button>
          )}
        </p>
      </header>
      {setback !== undefined && (
        <div class="message signal" role="alert">
          <h3>{setback.title}</h3>
          <p>{setback.detail}</p>
        </div>
      )}
      <ul class="plain choices">
        {booking.choices.value.map((choice) => (
          <li key={keyOf(choice)}>
            <ChoiceText {...{ sale, choice }} withQuantity />
          </li>
        ))}
      </ul>
      <DetailsForm sale={sale} booking={booking} />
    </div>
  )
}

const PHONE = /^[+(]{0,2}[0-9][0-9 ()./#*x-]*$/

function DetailsForm({ sale, booking }: Pick<HeldProps, 'sale' | 'booking'>) {
  const [name, phone, note] = [useSignal(''), useSignal(''), useSignal('')]
  const wrong = useSignal<'name' | 'phone' | undefined>(undefined)
  const form = useRef<HTMLFormElement>(null)
  const busy = booking.busy.value
  const isFree = sale.listing.policy.storefront_confirms === 'free'
  const book = (event: Event) => {
    event.preventDefault()
    const details = {
      name: name.value.trim(),
      phone: phone.value.trim(),
      // The service takes one line.
      note: note.value.replaceAll(/\s+/g, ' ').trim(),
    }
    wrong.value = wrongOf(details)
    if (wrong.value !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${wrong.value}"]`)?.focus()
    } else if (busy === undefined) booking.book(details)
  }
  return (
    <form class="details" noValidate ref={form} onSubmit={book}>
      <TextField
        label="Your name"
        name="name"
        value={name}
        autocomplete="name"
        maxLength={200}
        wrong={wrong.value === 'name' ? 'Please say who it is for.' : undefined}
      />
      <TextField
        label="Phone"
        name="phone"
        value={phone}
        inputMode="tel"
        autocomplete="tel"
        maxLength={40}
        hint="If you like. For the day itself."
        wrong={wrong.value === 'phone' ? 'Digits, and a + before them, please.' : undefined}
      />
      <TextField
        label="Note"
        name="note"
        value={note}
        maxLength={1_000}
        hint="If there is something that the shop should know."
      />
      {!isFree && (
        <p class="message">
          The shop confirms this by hand. You see here when it has, and nothing is booked before.
        </p>
      )}
      <div class="actions">
        <button type="submit" class="button main" aria-disabled={busy !== undefined}>
          {busy === 'book' ? 'Asking …' : isFree ? 'Book' : 'Send to the shop'}
        </button>
        <button
          type="button"
          class="button quiet"
          aria-disabled={busy !== undefined}
          onClick={() => booking.release()}
        >
          Give it back
        </button>
      </div>
    </form>
  )
}

function wrongOf({ name, phone }: { readonly name: string; readonly phone: string }) {
  if (name === '') return 'name'
  return phone === '' || PHONE.test(phone) ? undefined : 'phone'
}
