import type { Reservation } from 'holdfast/client'
import type { ComponentChildren } from 'preact'
import { hrefOf } from '../hrefs.js'
import { lineText, wordsOf } from '../words/lines.js'
import type { Names } from '../words/names.js'
import { StateTag } from '../words/state-tag.js'
import './rows.css'

interface ReservationRowsProps {
  readonly reservations: readonly Reservation[]
  readonly names: Names
  /** At the end of each row; left out: its state. */
  readonly side?: (reservation: Reservation) => ComponentChildren
}

/** Lines of one reservation that are told in a list. */
const LINES_MAX = 3

/** Reservations one under the other: whose, what, when. Each leads to its page. */
export function ReservationRows({ reservations, names, side }: ReservationRowsProps) {
  return (
    <ul class="plain card rows">
      {reservations.map((reservation) => {
        const { id, customer, contact, lines, state } = reservation
        const words = wordsOf(lines, names).map(lineText)
        const rest = words.length - LINES_MAX
        return (
          <li key={id}>
            <div class="row-main">
              <a class="row-title" href={hrefOf(`reservation/${id}`)}>
                {contact?.name ?? customer}
              </a>
              <span class="figures">
                {words.slice(0, LINES_MAX).join('; ')}
                {rest > 0 && ` and ${rest} more`}
              </span>
              {contact?.note !== undefined && <span class="soft small">“{contact.note}”</span>}
            </div>
            <div class="row-side">{side?.(reservation) ?? <StateTag state={state} />}</div>
          </li>
        )
      })}
    </ul>
  )
}
