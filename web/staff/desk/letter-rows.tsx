import type { DeadLetter, Listing } from 'holdfast/client'
import { client } from '../api.js'
import { hrefOf } from '../hrefs.js'
import { ask } from '../shell/ask.js'
import { kindText } from '../words/entries.js'
import { momentText } from '../words/lines.js'
import { shortId } from '../words/names.js'
import './rows.css'

interface LetterRowsProps {
  readonly listing: Listing
  readonly letters: readonly DeadLetter[]
  readonly after: () => void
}

/** Notices that were given up: they can be sent again, or dismissed. */
export function LetterRows({ listing, letters, after }: LetterRowsProps) {
  return (
    <ul class="plain card rows">
      {letters.map((letter) => (
        <li key={letter.id}>
          <div class="row-main">
            <span class="row-title">{kindText(letter.kind)}</span>
            <span>
              To {destinationText(letter.destination)}: {letter.reason ?? 'no answer'}
              {letter.status !== null && ` (${letter.status})`}
            </span>
            <span class="soft small figures">
              {letter.attempts === 1 ? '1 attempt' : `${letter.attempts} attempts`}
              {letter.ended_at !== null &&
                `, given up ${momentText(listing.time_zone, letter.ended_at)}`}
              {isAboutReservation(letter) && (
                <>
                  {' · '}
                  <a href={hrefOf(`reservation/${letter.subject_id}`)}>
                    Reservation {letter.subject_id.slice(-6)}
                  </a>
                </>
              )}
            </span>
          </div>
          <div class="row-side">
            <button type="button" class="button" onClick={() => resend(listing, letter, after)}>
              Send again<span class="heard"> {nameOf(letter)}</span>
            </button>
            <button
              type="button"
              class="button quiet"
              onClick={() => dismiss(listing, letter, after)}
            >
              Dismiss<span class="heard"> {nameOf(letter)}</span>
            </button>
          </div>
        </li>
      ))}
    </ul>
  )
}

const nameOf = ({ kind, subject_id }: DeadLetter) => `${kindText(kind)} ${subject_id.slice(-6)}`

const isAboutReservation = ({ kind }: DeadLetter) =>
  kind.startsWith('reservation.') || kind.startsWith('refund.')

/** `email:customer`, or the endpoint of a webhook. */
function destinationText(destination: string): string {
  if (destination === 'email:customer') return 'the customer, by mail'
  if (destination === 'email:staff') return 'the staff, by mail'
  return destination.startsWith('webhook:') ? `webhook ${shortId(destination)}` : destination
}

function resend(listing: Listing, letter: DeadLetter, after: () => void): void {
  ask({
    title: 'Send it again?',
    text: `${destinationText(letter.destination)} gets the notice under the same id, within moments.`,
    yes: 'Send again',
    act: () => client.notices.resend(listing.id, letter.id),
    refused: after,
    done: () => {
      after()
      return 'It is sent again. If that fails as well, it comes back to this list.'
    },
  })
}

function dismiss(listing: Listing, letter: DeadLetter, after: () => void): void {
  ask({
    title: 'Dismiss this notice?',
    text: 'Nobody is told any more, and it leaves the list. There is no way back.',
    yes: 'Dismiss',
    isDanger: true,
    act: () => client.notices.dismiss(listing.id, letter.id),
    refused: after,
    done: () => {
      after()
      return 'The notice was dismissed.'
    },
  })
}
