import type { Listing, Refund } from 'holdfast/client'
import { client } from '../api.js'
import { hrefOf } from '../hrefs.js'
import { ask } from '../shell/ask.js'
import { whyDue } from '../words/entries.js'
import { momentText } from '../words/lines.js'
import './rows.css'

interface RefundRowsProps {
  readonly listing: Listing
  readonly refunds: readonly Refund[]
  readonly after: () => void
}

/** Payments that are due back, each with the button that says that it was given back. */
export function RefundRows({ listing, refunds, after }: RefundRowsProps) {
  return (
    <ul class="plain card rows">
      {refunds.map((refund) => (
        <li key={`${refund.id} ${refund.payment_ref}`}>
          <div class="row-main">
            <a class="row-title" href={hrefOf(`reservation/${refund.id}`)}>
              {refund.contact?.name ?? refund.customer}
            </a>
            <span>
              Payment <code>{refund.payment_ref}</code>: {whyDue(refund.reason)}.
            </span>
            <span class="soft small figures">
              Due since {momentText(listing.time_zone, refund.due_since)}
            </span>
          </div>
          <div class="row-side">
            <button type="button" class="button" onClick={() => settle(listing, refund, after)}>
              Mark as given back
              <span class="heard"> payment {refund.payment_ref}</span>
            </button>
          </div>
        </li>
      ))}
    </ul>
  )
}

function settle(listing: Listing, { id, payment_ref, customer }: Refund, after: () => void): void {
  ask({
    title: 'Was this payment given back?',
    text: `Payment ${payment_ref} of ${customer} leaves the list. Holdfast moves no money: give it back with the payment provider first.`,
    yes: 'It was given back',
    asksReason: true,
    act: ({ reason }) =>
      client.refunds.settle(listing.id, id, {
        payment_ref,
        ...(reason === undefined ? {} : { reason }),
      }),
    refused: after,
    done: () => {
      after()
      return `Payment ${payment_ref} was given back.`
    },
  })
}
