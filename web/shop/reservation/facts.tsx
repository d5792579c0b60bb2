/** What is booked, when, where, and for whom. */
import type { Reservation } from 'holdfast/client'
import { cityOf } from '../../shared/times.js'
import { ChoiceText } from '../book/choice-text.js'
import { Countdown } from '../book/countdown.js'
import { type Choice, keyOf } from '../booking/choice.js'
import type { Sale } from '../stock/sale.js'

interface FactsProps {
  readonly sale: Sale
  readonly reservation: Reservation
  readonly choices: readonly Choice[]
}

export function Facts({ sale, reservation, choices }: FactsProps) {
  const { listing } = sale
  const { id, state, contact, customer, expires_at } = reservation
  return (
    <dl class="facts card">
      <div>
        <dt>What</dt>
        <dd>
          {choices.map((choice) => (
            <ChoiceText key={keyOf(choice)} {...{ sale, choice }} withQuantity />
          ))}
        </dd>
      </div>
      <div>
        <dt>Where</dt>
        <dd>
          <p>
            {listing.name} <span class="soft">· {cityOf(listing.time_zone)}</span>
          </p>
        </dd>
      </div>
      <div>
        <dt>For</dt>
        <dd>
          {contact?.name !== undefined && <p>{contact.name}</p>}
          <p>{contact?.email ?? customer}</p>
          {contact?.phone !== undefined && <p>{contact.phone}</p>}
          {contact?.note !== undefined && <p class="soft">{contact.note}</p>}
        </dd>
      </div>
      {state === 'held' && expires_at !== null && (
        <div>
          <dt>Held for</dt>
          <dd>
            <Countdown untilMs={Date.parse(expires_at)} onOver={() => {}} />
          </dd>
        </div>
      )}
      <div>
        <dt>Number</dt>
        <dd class="soft small figures">{id}</dd>
      </div>
    </dl>
  )
}
